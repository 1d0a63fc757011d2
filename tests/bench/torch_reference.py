"""The labs' model in PyTorch, for `bench_labs`: run by a Python that has it, prints ms a step."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, d: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(d, 3 * d, bias=False), nn.Linear(d, d, bias=False)
        self.up, self.down = nn.Linear(d, 4 * d, bias=False), nn.Linear(4 * d, d, bias=False)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        B, T, d = x.shape
        q, k, v = self.qkv(functional.rms_norm(x, (d,))).chunk(3, dim=2)
        q, k, v = (y.view(B, T, self.heads, -1).transpose(1, 2) for y in (q, k, v))
        z = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(z.transpose(1, 2).reshape(B, T, d))
        return x + self.down(functional.relu(self.up(functional.rms_norm(x, (d,)))) ** 2)


class Model(nn.Module):
    def __init__(self, symbols: int, d: int, layers: int, context: int, heads: int) -> None:
        super().__init__()
        self.embed, self.place = nn.Embedding(symbols, d), nn.Embedding(context, d)
        self.blocks = nn.Sequential(*(Block(d, heads) for _ in range(layers)))
        self.head = nn.Linear(d, symbols, bias=False)
        nn.init.zeros_(self.head.weight)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embed(tokens) + self.place.weight[: tokens.shape[1]]
        x = self.blocks(x)
        return self.head(functional.rms_norm(x, (x.shape[-1],)))


def main() -> None:
    torch.set_num_threads(1)
    symbols, context, texts = 98, 32, int(sys.argv[1])
    for size in sys.argv[2:]:
        d, layers = (int(part) for part in size.split("x"))
        model = Model(symbols, d, layers, context, max(1, d // 16))
        optimiser = torch.optim.AdamW(model.parameters(), 1e-3, betas=(0.9, 0.95), weight_decay=0)
        tokens = torch.randint(0, symbols, (texts, context + 1))

        def step(model=model, optimiser=optimiser, tokens=tokens) -> float:
            logits = model(tokens[:, :-1])
            loss = functional.cross_entropy(logits.reshape(-1, symbols), tokens[:, 1:].reshape(-1))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            return float(loss)

        first = step()
        times = []
        for _ in range(7):
            begun = time.process_time()
            for _ in range(15):
                step()
            times.append((time.process_time() - begun) / 15)
        parameters = sum(p.numel() for p in model.parameters())
        print(json.dumps({"size": size, "ms": 1000 * min(times), "first": first, "N": parameters}))


if __name__ == "__main__":
    main()
