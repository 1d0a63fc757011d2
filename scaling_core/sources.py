"""Every paper, page and table that a number in `scaling_core` comes from.

`SOURCES` is the one list: `chapters/references.bib` is written from it (`python -m
scaling_core.sources`), so that the keys in the text and the keys in the code cannot drift apart.
A constant points at its place in a paper with ``SOURCES["hoffmann2022"].at("eq. 10")``.
"""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where a number was printed.

    `authors` are "Family, Given" (an organisation in one piece), `kind` is the BibTeX entry type,
    `venue` the journal, arXiv number or publisher, `locator` the table, equation or section, and
    `note` what a reader has to know before trusting the number (for example: illustrative).
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    venue: str
    url: str
    kind: str = "article"
    locator: str = ""
    note: str = ""

    def at(self, locator: str, note: str = "") -> Source:
        """The same work, at one place in it."""
        return dataclasses.replace(self, locator=locator, note=note or self.note)

    def bibtex(self) -> str:
        """The BibTeX entry of the whole work."""
        venue = {"article": "journal", "book": "publisher"}.get(self.kind, "howpublished")
        authors = (name if "," in name else f"{{{name}}}" for name in self.authors)
        fields = {
            "author": " and ".join(authors),
            "title": f"{{{self.title}}}",
            "year": str(self.year),
            venue: self.venue,
            "url": self.url,
        }
        body = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items() if text)
        return f"@{self.kind}{{{self.key},\n{body}\n}}\n"

    def __str__(self) -> str:
        families = [name.split(",")[0] for name in self.authors]
        who = families[0] if len(families) == 1 else f"{families[0]} et al."
        if len(families) == 2:
            who = " and ".join(families)
        where = f", {self.locator}" if self.locator else ""
        note = f" ({self.note})" if self.note else ""
        return f"{who} {self.year}{where}{note}"


def _arxiv(key: str, authors: str, year: int, title: str, number: str) -> Source:
    names = tuple(name.strip() for name in authors.split(";"))
    return Source(key, names, year, title, f"arXiv:{number}", f"https://arxiv.org/abs/{number}")


_ALL = (
    # ---- the book itself
    Source(
        "thisbook",
        ("The authors of this book",),
        2026,
        "A model made for this book",
        "this book",
        "",
        kind="misc",
        note="ours, illustrative",
    ),
    # ---- chapter 1: pre-training
    _arxiv(
        "kaplan2020",
        "Kaplan, Jared; McCandlish, Sam; Henighan, Tom; Brown, Tom B.; Chess, Benjamin; "
        "Child, Rewon; Gray, Scott; Radford, Alec; Wu, Jeffrey; Amodei, Dario",
        2020,
        "Scaling Laws for Neural Language Models",
        "2001.08361",
    ),
    _arxiv(
        "hoffmann2022",
        "Hoffmann, Jordan; Borgeaud, Sebastian; Mensch, Arthur; Buchatskaya, Elena; Cai, Trevor; "
        "Rutherford, Eliza; de Las Casas, Diego; Hendricks, Lisa Anne; Welbl, Johannes; "
        "Clark, Aidan; Hennigan, Tom; Noland, Eric; Millican, Katie; "
        "van den Driessche, George; Damoc, Bogdan; Guy, Aurelia; Osindero, Simon; "
        "Simonyan, Karen; Elsen, Erich; Rae, Jack W.; Vinyals, Oriol; Sifre, Laurent",
        2022,
        "Training Compute-Optimal Large Language Models",
        "2203.15556",
    ),
    _arxiv(
        "besiroglu2024",
        "Besiroglu, Tamay; Erdil, Ege; Barnett, Matthew; You, Josh",
        2024,
        "Chinchilla Scaling: A replication attempt",
        "2404.10102",
    ),
    _arxiv(
        "mccandlish2018",
        "McCandlish, Sam; Kaplan, Jared; Amodei, Dario; OpenAI Dota Team",
        2018,
        "An Empirical Model of Large-Batch Training",
        "1812.06162",
    ),
    _arxiv(
        "porian2024",
        "Porian, Tomer; Wortsman, Mitchell; Jitsev, Jenia; Schmidt, Ludwig; Carmon, Yair",
        2024,
        "Resolving Discrepancies in Compute-Optimal Scaling of Language Models",
        "2406.19146",
    ),
    _arxiv(
        "pearce2024",
        "Pearce, Tim; Song, Jinyeop",
        2024,
        "Reconciling Kaplan and Chinchilla Scaling Laws",
        "2406.12907",
    ),
    _arxiv(
        "schaeffer2025chinchilla",
        "Schaeffer, Rylan; Levi, Noam; Kirsch, Andreas; Guenais, Theo; Miranda, Brando; "
        "Obbad, Elyas; Koyejo, Sanmi",
        2025,
        "Evaluating the Robustness of Chinchilla Compute-Optimal Scaling",
        "2509.23963",
    ),
    _arxiv(
        "muennighoff2023",
        "Muennighoff, Niklas; Rush, Alexander M.; Barak, Boaz; Le Scao, Teven; "
        "Piktus, Aleksandra; Tazi, Nouamane; Pyysalo, Sampo; Wolf, Thomas; Raffel, Colin",
        2023,
        "Scaling Data-Constrained Language Models",
        "2305.16264",
    ),
    _arxiv(
        "villalobos2024",
        "Villalobos, Pablo; Ho, Anson; Sevilla, Jaime; Besiroglu, Tamay; Heim, Lennart; "
        "Hobbhahn, Marius",
        2024,
        "Will we run out of data? Limits of LLM scaling based on human-generated data",
        "2211.04325",
    ),
    _arxiv(
        "sardana2023",
        "Sardana, Nikhil; Portes, Jacob; Doubov, Sasha; Frankle, Jonathan",
        2023,
        "Beyond Chinchilla-Optimal: Accounting for Inference in Language Model Scaling Laws",
        "2401.00448",
    ),
    _arxiv(
        "gadre2024",
        "Gadre, Samir Yitzhak; Smyrnis, Georgios; Shankar, Vaishaal; Gururangan, Suchin; "
        "Wortsman, Mitchell; Shao, Rulin; Mercat, Jean; Fang, Alex; Li, Jeffrey; Keh, Sedrick; "
        "Xin, Rui; Nezhurina, Marianna; Vasiljevic, Igor; Jitsev, Jenia; Soldaini, Luca; "
        "Dimakis, Alexandros G.; Ilharco, Gabriel; Koh, Pang Wei; Song, Shuran; Kollar, Thomas; "
        "Carmon, Yair; Dave, Achal; Heckel, Reinhard; Muennighoff, Niklas; Schmidt, Ludwig",
        2024,
        "Language models scale reliably with over-training and on downstream tasks",
        "2403.08540",
    ),
    _arxiv(
        "krajewski2024",
        "Krajewski, Jakub; Ludziejewski, Jan; Adamczewski, Kamil; Pióro, Maciej; "
        "Krutul, Michał; Antoniak, Szymon; Ciebiera, Kamil; Król, Krystian; "
        "Odrzygóźdź, Tomasz; Sankowski, Piotr; Cygan, Marek; Jaszczur, Sebastian",
        2024,
        "Scaling Laws for Fine-Grained Mixture of Experts",
        "2402.07871",
    ),
    Source(
        "jacobs1991",
        ("Jacobs, Robert A.", "Jordan, Michael I.", "Nowlan, Steven J.", "Hinton, Geoffrey E."),
        1991,
        "Adaptive Mixtures of Local Experts",
        "Neural Computation 3(1)",
        "https://doi.org/10.1162/neco.1991.3.1.79",
    ),
    _arxiv(
        "clark2022",
        "Clark, Aidan; de Las Casas, Diego; Guy, Aurelia; Mensch, Arthur; Paganini, Michela; "
        "Hoffmann, Jordan; Damoc, Bogdan; Hechtman, Blake; Cai, Trevor; Borgeaud, Sebastian; "
        "van den Driessche, George; Rutherford, Eliza; Hennigan, Tom; Johnson, Matthew; "
        "Millican, Katie; Cassirer, Albin; Jones, Chris; Buchatskaya, Elena; Budden, David; "
        "Sifre, Laurent; Osindero, Simon; Vinyals, Oriol; Rae, Jack; Elsen, Erich; "
        "Kavukcuoglu, Koray; Simonyan, Karen",
        2022,
        "Unified Scaling Laws for Routed Language Models",
        "2202.01169",
    ),
    _arxiv(
        "abnar2025",
        "Abnar, Samira; Shah, Harshay; Busbridge, Dan; Ali, Alaaeldin Mohamed Elnouby; "
        "Susskind, Josh; Thilak, Vimal",
        2025,
        "Parameters vs FLOPs: Scaling Laws for Optimal Sparsity for Mixture-of-Experts "
        "Language Models",
        "2501.12370",
    ),
    _arxiv(
        "tian2025",
        "Tian, Changxin; others",
        2025,
        "Towards Greater Leverage: Scaling Laws for Efficient Mixture-of-Experts Language Models",
        "2507.17702",
    ),
    _arxiv(
        "zhao2025",
        "Zhao, Guoliang; Fu, Yuhan; Li, Shuaipeng; Sun, Xingwu; Xie, Ruobing; Wang, An; "
        "Han, Weidong; Yang, Zhen; Sun, Weixuan; Zhang, Yudong; Xu, Chengzhong; Wang, Di; "
        "Jiang, Jie",
        2025,
        "Towards a Comprehensive Scaling Law of Mixture-of-Experts",
        "2509.23678",
    ),
    _arxiv(
        "kim2025",
        "Kim, Konwoo; Kotha, Suhas; Liang, Percy; Hashimoto, Tatsunori",
        2025,
        "Pre-training under infinite compute",
        "2509.14786",
    ),
    _arxiv(
        "lovelace2026",
        "Lovelace, Justin; Belardi, Christian; Kundurthy, Srivatsa; Sudhakar, Shriya; "
        "Weinberger, Kilian Q.",
        2026,
        "Prescriptive Scaling Laws for Data Constrained Training",
        "2605.01640",
    ),
    Source(
        "takano2024",
        ("Takano, Kyo",),
        2024,
        "chinchilla: a toolkit for scaling law research",
        "GitHub",
        "https://github.com/kyo-takano/chinchilla",
        kind="misc",
    ),
    Source(
        "villalobos2023review",
        ("Villalobos, Pablo",),
        2023,
        "Scaling Laws Literature Review",
        "Epoch AI",
        "https://epoch.ai/blog/scaling-laws-literature-review",
        kind="misc",
    ),
    Source(
        "epoch_hardware",
        ("Epoch AI",),
        2026,
        "Data on machine learning hardware",
        "Epoch AI, snapshot of March 2026, CC BY 4.0",
        "https://epoch.ai/data/machine-learning-hardware",
        kind="misc",
    ),
    Source(
        "wikipedia_transistors",
        ("Wikipedia",),
        2022,
        "Transistor count",
        "Wikipedia, as copied in enze-chen/mi-book-2022, CC BY-SA 4.0",
        "https://en.wikipedia.org/wiki/Transistor_count",
        kind="misc",
    ),
    _arxiv(
        "rae2021",
        "Rae, Jack W.; Borgeaud, Sebastian; Cai, Trevor; Millican, Katie; Hoffmann, Jordan; others",
        2021,
        "Scaling Language Models: Methods, Analysis & Insights from Training Gopher",
        "2112.11446",
    ),
    Source(
        "fridman452",
        ("Fridman, Lex", "Amodei, Dario"),
        2024,
        "Dario Amodei: Anthropic CEO on Claude, AGI & the Future of AI & Humanity",
        "Lex Fridman Podcast, episode 452, 11 November 2024",
        "https://lexfridman.com/dario-amodei",
        kind="misc",
    ),
    # ---- chapter 2: post-training
    Source(
        "nvidia2025",
        ("Briski, Kari",),
        2025,
        "How Scaling Laws Drive Smarter, More Powerful AI",
        "NVIDIA blog, 12 February 2025",
        "https://blogs.nvidia.com/blog/ai-scaling-laws/",
        kind="misc",
    ),
    Source(
        "epoch_models",
        ("Epoch AI",),
        2026,
        "Data on AI models",
        "Epoch AI, snapshot of April 2026, CC BY 4.0",
        "https://epoch.ai/data/ai-models",
        kind="misc",
    ),
    _arxiv(
        "llama2024",
        "Grattafiori, Aaron; Dubey, Abhimanyu; Jauhri, Abhinav; others",
        2024,
        "The Llama 3 Herd of Models",
        "2407.21783",
    ),
    _arxiv(
        "deepseek2024",
        "DeepSeek-AI",
        2024,
        "DeepSeek-V3 Technical Report",
        "2412.19437",
    ),
    _arxiv(
        "deepseek2025",
        "DeepSeek-AI",
        2025,
        "DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning",
        "2501.12948",
    ),
    _arxiv(
        "deepseek2025v32",
        "DeepSeek-AI",
        2025,
        "DeepSeek-V3.2: Pushing the Frontier of Open Large Language Models",
        "2512.02556",
    ),
    _arxiv(
        "bercovich2025",
        "Bercovich, Akhiad; Levy, Itay; Golan, Izik; others",
        2025,
        "Llama-Nemotron: Efficient Reasoning Models",
        "2505.00949",
    ),
    Source(
        "you2025",
        ("You, Josh",),
        2025,
        "How far can reasoning models scale?",
        "Epoch AI, Gradient Updates, May 2025",
        "https://epoch.ai/gradient-updates/how-far-can-reasoning-models-scale",
        kind="misc",
    ),
    Source(
        "denain2026",
        ("Denain, Jean-Stanislas", "Wu, Cheryl"),
        2026,
        "Final training runs account for a minority of R&D compute spending",
        "Epoch AI, Gradient Updates, 23 March 2026",
        "https://epoch.ai/gradient-updates/r-and-d-vs-training-compute",
        kind="misc",
    ),
    Source(
        "xai2025",
        ("xAI",),
        2025,
        "Grok 4",
        "xAI, announcement of 9 July 2025",
        "https://x.ai/news/grok-4",
        kind="misc",
    ),
    _arxiv(
        "hernandez2021",
        "Hernandez, Danny; Kaplan, Jared; Henighan, Tom; McCandlish, Sam",
        2021,
        "Scaling Laws for Transfer",
        "2102.01293",
    ),
    _arxiv(
        "hu2021",
        "Hu, Edward J.; Shen, Yelong; Wallis, Phillip; Allen-Zhu, Zeyuan; Li, Yuanzhi; "
        "Wang, Shean; Wang, Lu; Chen, Weizhu",
        2021,
        "LoRA: Low-Rank Adaptation of Large Language Models",
        "2106.09685",
    ),
    _arxiv(
        "busbridge2025",
        "Busbridge, Dan; Shidani, Amitis; Weers, Floris; Ramapuram, Jason; Littwin, Etai; "
        "Webb, Russ",
        2025,
        "Distillation Scaling Laws",
        "2502.08606",
    ),
    _arxiv(
        "stiennon2020",
        "Stiennon, Nisan; Ouyang, Long; Wu, Jeff; Ziegler, Daniel M.; Lowe, Ryan; "
        "Voss, Chelsea; Radford, Alec; Amodei, Dario; Christiano, Paul",
        2020,
        "Learning to summarize from human feedback",
        "2009.01325",
    ),
    _arxiv(
        "bai2022",
        "Bai, Yuntao; Kadavath, Saurav; Kundu, Sandipan; Askell, Amanda; Kernion, Jackson; others",
        2022,
        "Constitutional AI: Harmlessness from AI Feedback",
        "2212.08073",
    ),
    _arxiv(
        "lee2023",
        "Lee, Harrison; Phatale, Samrat; Mansoor, Hassan; Mesnard, Thomas; Ferret, Johan; "
        "Lu, Kellie; Bishop, Colton; Hall, Ethan; Carbune, Victor; Rastogi, Abhinav; "
        "Prakash, Sushant",
        2023,
        "RLAIF vs. RLHF: Scaling Reinforcement Learning from Human Feedback with AI Feedback",
        "2309.00267",
    ),
    _arxiv(
        "beirami2024",
        "Beirami, Ahmad; Agarwal, Alekh; Berant, Jonathan; D'Amour, Alexander; "
        "Eisenstein, Jacob; Nagpal, Chirag; Suresh, Ananda Theertha",
        2024,
        "Theoretical guarantees on the best-of-n alignment policy",
        "2401.01879",
    ),
    _arxiv(
        "gao2022",
        "Gao, Leo; Schulman, John; Hilton, Jacob",
        2022,
        "Scaling Laws for Reward Model Overoptimization",
        "2210.10760",
    ),
    _arxiv(
        "khatri2025",
        "Khatri, Devvrit; Madaan, Lovish; Tiwari, Rishabh; Bansal, Rachit; "
        "Duvvuri, Sai Surya; Zaheer, Manzil; Dhillon, Inderjit S.; Brandfonbrener, David; "
        "Agarwal, Rishabh",
        2025,
        "The Art of Scaling Reinforcement Learning Compute for LLMs",
        "2510.13786",
    ),
    _arxiv(
        "shao2025",
        "Shao, Rulin; Li, Shuyue Stella; Xin, Rui; Geng, Scott; Wang, Yiping; Oh, Sewoong; "
        "Du, Simon Shaolei; Lambert, Nathan; Min, Sewon; Krishna, Ranjay; Tsvetkov, Yulia; "
        "Hajishirzi, Hannaneh; Koh, Pang Wei; Zettlemoyer, Luke",
        2025,
        "Spurious Rewards: Rethinking Training Signals in RLVR",
        "2506.10947",
    ),
    Source(
        "amodei2025",
        ("Amodei, Dario",),
        2025,
        "On DeepSeek and Export Controls",
        "darioamodei.com, January 2025",
        "https://www.darioamodei.com/post/on-deepseek-and-export-controls",
        kind="misc",
    ),
    _arxiv(
        "gerstgrasser2024",
        "Gerstgrasser, Matthias; Schaeffer, Rylan; Dey, Apratim; Rafailov, Rafael; "
        "Sleight, Henry; Hughes, John; Korbak, Tomasz; Agrawal, Rajashree; Pai, Dhruv; "
        "Gromov, Andrey; Roberts, Daniel A.; Yang, Diyi; Donoho, David L.; Koyejo, Sanmi",
        2024,
        "Is Model Collapse Inevitable? Breaking the Curse of Recursion by Accumulating Real and "
        "Synthetic Data",
        "2404.01413",
    ),
    # ---- chapter 3: test time
    Source(
        "condorcet1785",
        ("de Condorcet, Nicolas",),
        1785,
        "Essai sur l'application de l'analyse à la probabilité des décisions rendues à la "
        "pluralité des voix",
        "Imprimerie royale",
        "https://gallica.bnf.fr/ark:/12148/bpt6k417181",
        kind="book",
    ),
    _arxiv(
        "chen2021",
        "Chen, Mark; Tworek, Jerry; Jun, Heewoo; Yuan, Qiming; "
        "Ponde de Oliveira Pinto, Henrique; Kaplan, Jared; Edwards, Harri; Burda, Yuri; "
        "Joseph, Nicholas; Brockman, Greg; Ray, Alex; Puri, Raul; Krueger, Gretchen; "
        "Petrov, Michael; Khlaaf, Heidy; Sastry, Girish; Mishkin, Pamela; Chan, Brooke; "
        "Gray, Scott; Ryder, Nick; Pavlov, Mikhail; Power, Alethea; Kaiser, Lukasz; "
        "Bavarian, Mohammad; Winter, Clemens; Tillet, Philippe; Such, Felipe Petroski; "
        "Cummings, Dave; Plappert, Matthias; Chantzis, Fotios; Barnes, Elizabeth; "
        "Herbert-Voss, Ariel; Guss, William Hebgen; Nichol, Alex; Paino, Alex; Tezak, Nikolas; "
        "Tang, Jie; Babuschkin, Igor; Balaji, Suchir; Jain, Shantanu; Saunders, William; "
        "Hesse, Christopher; Carr, Andrew N.; Leike, Jan; Achiam, Josh; Misra, Vedant; "
        "Morikawa, Evan; Radford, Alec; Knight, Matthew; Brundage, Miles; Murati, Mira; "
        "Mayer, Katie; Welinder, Peter; McGrew, Bob; Amodei, Dario; McCandlish, Sam; "
        "Sutskever, Ilya; Zaremba, Wojciech",
        2021,
        "Evaluating Large Language Models Trained on Code",
        "2107.03374",
    ),
    _arxiv(
        "brown2024",
        "Brown, Bradley; Juravsky, Jordan; Ehrlich, Ryan; Clark, Ronald; Le, Quoc V.; "
        "Ré, Christopher; Mirhoseini, Azalia",
        2024,
        "Large Language Monkeys: Scaling Inference Compute with Repeated Sampling",
        "2407.21787",
    ),
    _arxiv(
        "schaeffer2025",
        "Schaeffer, Rylan; Kazdan, Joshua; Hughes, John; Juravsky, Jordan; Price, Sara; "
        "Lynch, Aengus; Jones, Erik; Kirk, Robert; Mirhoseini, Azalia; Koyejo, Sanmi",
        2025,
        "How Do Large Language Monkeys Get Their Power (Laws)?",
        "2502.17578",
    ),
    _arxiv(
        "snell2024",
        "Snell, Charlie; Lee, Jaehoon; Xu, Kelvin; Kumar, Aviral",
        2024,
        "Scaling LLM Test-Time Compute Optimally can be More Effective than Scaling Model "
        "Parameters",
        "2408.03314",
    ),
    Source(
        "villalobos2023",
        ("Villalobos, Pablo", "Atkinson, David"),
        2023,
        "Trading off compute in training and inference",
        "Epoch AI",
        "https://epoch.ai/blog/trading-off-compute-in-training-and-inference",
        kind="misc",
    ),
    _arxiv(
        "jones2021",
        "Jones, Andy L.",
        2021,
        "Scaling Scaling Laws with Board Games",
        "2104.03113",
    ),
    _arxiv(
        "roberts2026",
        "Roberts, Nicholas; Cho, Sungjun; Gao, Zhiqi; Huang, Tzu-Heng; Wu, Albert; "
        "Orlanski, Gabriel; Trost, Avi; Buchanan, Kelly; Albarghouthi, Aws; Sala, Frederic",
        2026,
        "Test-Time Scaling Makes Overtraining Compute-Optimal",
        "2604.01411",
    ),
    _arxiv(
        "wei2022cot",
        "Wei, Jason; Wang, Xuezhi; Schuurmans, Dale; Bosma, Maarten; Ichter, Brian; Xia, Fei; "
        "Chi, Ed H.; Le, Quoc V.; Zhou, Denny",
        2022,
        "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models",
        "2201.11903",
    ),
    _arxiv(
        "wang2022",
        "Wang, Xuezhi; Wei, Jason; Schuurmans, Dale; Le, Quoc V.; Chi, Ed H.; Narang, Sharan; "
        "Chowdhery, Aakanksha; Zhou, Denny",
        2022,
        "Self-Consistency Improves Chain of Thought Reasoning in Language Models",
        "2203.11171",
    ),
    _arxiv(
        "yao2023",
        "Yao, Shunyu; Yu, Dian; Zhao, Jeffrey; Shafran, Izhak; Griffiths, Thomas L.; Cao, Yuan; "
        "Narasimhan, Karthik",
        2023,
        "Tree of Thoughts: Deliberate Problem Solving with Large Language Models",
        "2305.10601",
    ),
    Source(
        "openai2024",
        ("OpenAI",),
        2024,
        "Learning to Reason with LLMs",
        "OpenAI, 12 September 2024",
        "https://openai.com/index/learning-to-reason-with-llms/",
        kind="misc",
    ),
    Source(
        "kahneman2011",
        ("Kahneman, Daniel",),
        2011,
        "Thinking, Fast and Slow",
        "Farrar, Straus and Giroux",
        "",
        kind="book",
    ),
    _arxiv(
        "kwa2025",
        "Kwa, Thomas; West, Ben; Becker, Joel; Deng, Amy; Garcia, Katharyn; Hasin, Max; "
        "Jawhar, Sami; Kinniment, Megan; Rush, Nate; Von Arx, Sydney; Bloom, Ryan; "
        "Broadley, Thomas; Du, Haoxing; Goodrich, Brian; Jurkovic, Nikola; Miles, Luke Harold; "
        "Nix, Seraphina; Lin, Tao; Parikh, Neev; Rein, David; Sato, Lucas Jun Koba; "
        "Wijk, Hjalmar; Ziegler, Daniel M.; Barnes, Elizabeth; Chan, Lawrence",
        2025,
        "Measuring AI Ability to Complete Long Software Tasks",
        "2503.14499",
    ),
    _arxiv(
        "ord2025halflife",
        "Ord, Toby",
        2025,
        "Is there a half-life for the success rates of AI agents?",
        "2505.05115",
    ),
    Source(
        "hamilton2026",
        ("Hamilton, Gus",),
        2026,
        "Peto's Paradox and AI agents",
        "gushamilton.github.io, 23 January 2026",
        "https://gushamilton.github.io/lab/2026/01/23/petos-paradox-ai-agents",
        kind="misc",
    ),
    Source(
        "ord2026comment",
        ("Ord, Toby",),
        2026,
        "Comment on: Is there a half-life for the success rates of AI agents?",
        "Effective Altruism Forum, February 2026",
        "https://ea.greaterwrong.com/posts/qz3xyqCeriFHeTAJs/"
        "is-there-a-half-life-for-the-success-rates-of-ai-agents-3/comment/M6y2dsuXqShcQoWWD",
        kind="misc",
    ),
    _arxiv(
        "yue2025",
        "Yue, Yang; Chen, Zhiqi; Lu, Rui; Zhao, Andrew; Wang, Zhaokai; Yue, Yang; Song, Shiji; "
        "Huang, Gao",
        2025,
        "Does Reinforcement Learning Really Incentivize Reasoning Capacity in LLMs Beyond the "
        "Base Model?",
        "2504.13837",
    ),
    _arxiv(
        "liu2025prorl",
        "Liu, Mingjie; Diao, Shizhe; Lu, Ximing; Hu, Jian; Dong, Xin; Choi, Yejin; Kautz, Jan; "
        "Dong, Yi",
        2025,
        "ProRL: Prolonged Reinforcement Learning Expands Reasoning Boundaries in Large Language "
        "Models",
        "2505.24864",
    ),
    # ---- chapter 4: the long tail
    _arxiv(
        "michaud2023",
        "Michaud, Eric J.; Liu, Ziming; Girit, Uzay; Tegmark, Max",
        2023,
        "The Quantization Model of Neural Scaling",
        "2303.13506",
    ),
    _arxiv("hutter2021", "Hutter, Marcus", 2021, "Learning Curve Theory", "2102.04074"),
    _arxiv(
        "sharma2020",
        "Sharma, Utkarsh; Kaplan, Jared",
        2020,
        "A Neural Scaling Law from the Dimension of the Data Manifold",
        "2004.10802",
    ),
    _arxiv(
        "bahri2021",
        "Bahri, Yasaman; Dyer, Ethan; Kaplan, Jared; Lee, Jaehoon; Sharma, Utkarsh",
        2021,
        "Explaining Neural Scaling Laws",
        "2102.06701",
    ),
    _arxiv(
        "maloney2022",
        "Maloney, Alexander; Roberts, Daniel A.; Sully, James",
        2022,
        "A Solvable Model of Neural Scaling Laws",
        "2210.16859",
    ),
    _arxiv(
        "schaeffer2023",
        "Schaeffer, Rylan; Miranda, Brando; Koyejo, Sanmi",
        2023,
        "Are Emergent Abilities of Large Language Models a Mirage?",
        "2304.15004",
    ),
    _arxiv(
        "wei2022",
        "Wei, Jason; Tay, Yi; Bommasani, Rishi; Raffel, Colin; Zoph, Barret; Borgeaud, Sebastian; "
        "Yogatama, Dani; Bosma, Maarten; Zhou, Denny; Metzler, Donald; Chi, Ed H.; "
        "Hashimoto, Tatsunori; Vinyals, Oriol; Liang, Percy; Dean, Jeff; Fedus, William",
        2022,
        "Emergent Abilities of Large Language Models",
        "2206.07682",
    ),
    Source(
        "gwern2020",
        ("Branwen, Gwern",),
        2020,
        "The Scaling Hypothesis",
        "gwern.net",
        "https://gwern.net/scaling-hypothesis",
        kind="misc",
    ),
    Source(
        "sutton2019",
        ("Sutton, Rich",),
        2019,
        "The Bitter Lesson",
        "incompleteideas.net, 13 March 2019",
        "http://www.incompleteideas.net/IncIdeas/BitterLesson.html",
        kind="misc",
    ),
    _arxiv(
        "ho2024",
        "Ho, Anson; Besiroglu, Tamay; Erdil, Ege; Owen, David; Rahman, Robi; Guo, Zifan Carl; "
        "Atkinson, David; Thompson, Neil; Sevilla, Jaime",
        2024,
        "Algorithmic progress in language models",
        "2403.05812",
    ),
    _arxiv(
        "gundlach2025",
        "Gundlach, Hans; Fogelson, Alex; Lynch, Jayson; Trisovic, Ana; Rosenfeld, Jonathan; "
        "Sandhu, Anmol; Thompson, Neil",
        2025,
        "On the Origin of Algorithmic Progress in AI",
        "2511.21622",
    ),
    Source(
        "emberson2025",
        ("Emberson, Luke", "Edelman, Yafah"),
        2025,
        "Frontier training runs will likely stop getting longer by around 2027",
        "Epoch AI, data insight, 25 July 2025",
        "https://epoch.ai/data-insights/longest-training-run",
        kind="misc",
    ),
    Source(
        "ho2026",
        ("Ho, Anson",),
        2026,
        "The least understood driver of AI progress",
        "Epoch AI, Gradient Updates, 2026",
        "https://epoch.ai/gradient-updates/the-least-understood-driver-of-ai-progress",
        kind="misc",
    ),
    Source(
        "dutta1981",
        ("Dutta, P.", "Horn, P. M."),
        1981,
        "Low-frequency fluctuations in solids: 1/f noise",
        "Reviews of Modern Physics 53(3)",
        "https://doi.org/10.1103/RevModPhys.53.497",
    ),
    Source(
        "zipf1949",
        ("Zipf, George Kingsley",),
        1949,
        "Human Behavior and the Principle of Least Effort",
        "Addison-Wesley Press",
        "",
        kind="book",
    ),
    Source(
        "schuster1898",
        ("Schuster, Arthur",),
        1898,
        "On the investigation of hidden periodicities with application to a supposed 26 day "
        "period of meteorological phenomena",
        "Terrestrial Magnetism 3",
        "https://doi.org/10.1029/TM003i001p00013",
    ),
    Source(
        "whittle1953",
        ("Whittle, Peter",),
        1953,
        "Estimation and Information in Stationary Time Series",
        "Arkiv för Matematik 2",
        "https://doi.org/10.1007/BF02590998",
    ),
    Source(
        "timmer1995",
        ("Timmer, Jens", "König, Michel"),
        1995,
        "On Generating Power Law Noise",
        "Astronomy and Astrophysics 300",
        "",
    ),
    # ---- chapter 5: the prophecy
    Source(
        "merton1948",
        ("Merton, Robert K.",),
        1948,
        "The Self-Fulfilling Prophecy",
        "The Antioch Review 8(2)",
        "https://www.jstor.org/stable/4609267",
    ),
    Source(
        "moore1965",
        ("Moore, Gordon E.",),
        1965,
        "Cramming More Components onto Integrated Circuits",
        "Electronics 38(8)",
        "",
    ),
    Source(
        "moore1975",
        ("Moore, Gordon E.",),
        1975,
        "Progress in Digital Integrated Electronics",
        "IEEE International Electron Devices Meeting, Technical Digest 21",
        "",
    ),
    Source(
        "wright1936",
        ("Wright, Theodore P.",),
        1936,
        "Factors Affecting the Cost of Airplanes",
        "Journal of the Aeronautical Sciences 3",
        "https://doi.org/10.2514/8.155",
    ),
    Source(
        "sahal1979",
        ("Sahal, Devendra",),
        1979,
        "A Theory of Progress Functions",
        "AIIE Transactions 11",
        "https://doi.org/10.1080/05695557908974396",
    ),
    Source(
        "nagy2013",
        ("Nagy, Béla", "Farmer, J. Doyne", "Bui, Quan M.", "Trancik, Jessika E."),
        2013,
        "Statistical Basis for Predicting Technological Progress",
        "PLoS ONE 8(2): e52669",
        "https://doi.org/10.1371/journal.pone.0052669",
    ),
    Source(
        "dennard1974",
        (
            "Dennard, Robert H.",
            "Gaensslen, Fritz H.",
            "Yu, Hwa-Nien",
            "Rideout, V. Leo",
            "Bassous, Ernest",
            "LeBlanc, Andre R.",
        ),
        1974,
        "Design of Ion-Implanted MOSFET's with Very Small Physical Dimensions",
        "IEEE Journal of Solid-State Circuits 9(5)",
        "https://doi.org/10.1109/JSSC.1974.1050511",
    ),
    Source(
        "hudson1966",
        ("Hudson, Derek J.",),
        1966,
        "Fitting Segmented Curves Whose Join Points Have to Be Estimated",
        "Journal of the American Statistical Association 61(316)",
        "https://doi.org/10.1080/01621459.1966.10482198",
    ),
    Source(
        "mollick2006",
        ("Mollick, Ethan",),
        2006,
        "Establishing Moore's Law",
        "IEEE Annals of the History of Computing 28(3)",
        "https://doi.org/10.1109/MAHC.2006.45",
    ),
    Source(
        "lecuyer2020",
        ("Lécuyer, Christophe",),
        2020,
        "Driving Semiconductor Innovation: Moore's Law at Fairchild and Intel",
        "Enterprise & Society",
        "https://www.cambridge.org/core/journals/enterprise-and-society/article/"
        "driving-semiconductor-innovation-moores-law-at-fairchild-and-intel/"
        "58A6DBCC19D454A2BB20E1333A9D12C6",
    ),
    Source(
        "burg2021",
        ("Burg, David", "Ausubel, Jesse H."),
        2021,
        "Moore's Law revisited through Intel chip density",
        "PLoS ONE 16(8): e0256245",
        "https://doi.org/10.1371/journal.pone.0256245",
    ),
    Source(
        "esmaeilzadeh2011",
        (
            "Esmaeilzadeh, Hadi",
            "Blem, Emily",
            "St. Amant, Renée",
            "Sankaralingam, Karthikeyan",
            "Burger, Doug",
        ),
        2011,
        "Dark Silicon and the End of Multicore Scaling",
        "International Symposium on Computer Architecture 38",
        "https://doi.org/10.1145/2000064.2000108",
    ),
    Source(
        "bloom2020",
        ("Bloom, Nicholas", "Jones, Charles I.", "Van Reenen, John", "Webb, Michael"),
        2020,
        "Are Ideas Getting Harder to Find?",
        "American Economic Review 110(4)",
        "https://doi.org/10.1257/aer.20180338",
    ),
    _arxiv(
        "cottier2024",
        "Cottier, Ben; Rahman, Robi; Fattorini, Loredana; Maslej, Nestor; Besiroglu, Tamay; "
        "Owen, David",
        2024,
        "The rising costs of training frontier AI models",
        "2405.21015",
    ),
    Source(
        "tullock1980",
        ("Tullock, Gordon",),
        1980,
        "Efficient Rent Seeking",
        "Toward a Theory of the Rent-Seeking Society, Texas A&M University Press",
        "",
        kind="misc",
    ),
    Source(
        "pichai2024",
        ("Pichai, Sundar",),
        2024,
        "Answer to analysts",
        "Alphabet, earnings call of the second quarter, 23 July 2024",
        "https://abc.xyz/2024-q2-earnings-call",
        kind="misc",
    ),
    Source(
        "zuckerberg2025",
        ("Zuckerberg, Mark",),
        2025,
        "Interview in the podcast Access",
        "Access, 18 September 2025, as quoted by Business Insider",
        "https://africa.businessinsider.com/news/mark-zuckerberg-says-hed-rather-risk-misspending-"
        "a-couple-of-hundred-billion-than-be/lne634s",
        kind="misc",
        note="read through quotations",
    ),
    Source(
        "fitzgerald2026",
        ("Fitzgerald, Charles",),
        2026,
        "Follow the CAPEX: 2025 Retrospective",
        "Platformonomics, February 2026; added up from the firms' reports",
        "https://platformonomics.com/2026/02/follow-the-capex-2025-retrospective",
        kind="misc",
    ),
    _arxiv(
        "pilz2025",
        "Pilz, Konstantin F.; Sanders, James; Rahman, Robi; Heim, Lennart",
        2025,
        "Trends in AI Supercomputers",
        "2504.16026",
    ),
    Source(
        "imf2025",
        ("International Monetary Fund",),
        2025,
        "World Economic Outlook Database",
        "International Monetary Fund, October 2025",
        "https://www.imf.org/en/Publications/WEO",
        kind="misc",
        note="second-hand",
    ),
    # ---- chapter 6: power
    Source(
        "epoch2030",
        (
            "Sevilla, Jaime",
            "Besiroglu, Tamay",
            "Cottier, Ben",
            "You, Josh",
            "Roldán, Edu",
            "Villalobos, Pablo",
            "Erdil, Ege",
        ),
        2024,
        "Can AI Scaling Continue Through 2030?",
        "Epoch AI, 20 August 2024",
        "https://epoch.ai/blog/can-ai-scaling-continue-through-2030",
        kind="misc",
    ),
    Source(
        "google_pue",
        ("Google",),
        2025,
        "Power usage effectiveness",
        "Google Data Centers",
        "https://datacenters.google/efficiency/",
        kind="misc",
        note="large sites in stable operation",
    ),
    Source(
        "uptime2025",
        ("Uptime Institute",),
        2025,
        "Uptime Institute Global Data Center Survey 2025",
        "Uptime Intelligence, keynote report 180, July 2025",
        "https://intelligence.uptimeinstitute.com/resource/"
        "uptime-institute-global-data-center-survey-2025",
        kind="misc",
    ),
    Source(
        "uptime2026",
        ("Uptime Institute",),
        2026,
        "Uptime Institute Global Data Center Survey 2026",
        "Uptime Institute; the average by capacity in Uptime Intelligence, 6 August 2026",
        "https://datacenter.uptimeinstitute.com/rs/711-RIA-145/images/"
        "UptimeInstitute.GlobalDataCenterSurvey.2026.pdf",
        kind="misc",
        note="read through quotations",
    ),
    Source(
        "altman2025",
        ("Altman, Sam",),
        2025,
        "The Gentle Singularity",
        "blog, 10 June 2025",
        "https://blog.samaltman.com/the-gentle-singularity",
        kind="misc",
    ),
    _arxiv(
        "elsworth2025",
        "Elsworth, Cooper; Huang, Keguo; Patterson, David; Schneider, Ian; Sedivy, Robert; "
        "Goodman, Savannah; Townsend, Ben; Ranganathan, Parthasarathy; Dean, Jeff; "
        "Vahdat, Amin; Gomes, Ben; Manyika, James",
        2025,
        "Measuring the environmental impact of delivering AI at Google Scale",
        "2508.15734",
    ),
    _arxiv(
        "jegham2025",
        "Jegham, Nidhal; Abdelatti, Marwan; Elmoubarki, Lassad; Hendawi, Abdeltawab",
        2025,
        "How Hungry is AI? Benchmarking Energy, Water, and Carbon Footprint of LLM Inference",
        "2505.09598",
    ),
    _arxiv(
        "newkirk2025",
        "Newkirk, Alex C.; Fernandez, Jared; Koomey, Jonathan; Latif, Imran; Strubell, Emma; "
        "Shehabi, Arman; Samaras, Constantine",
        2025,
        "Empirically-Calibrated H100 Node Power Models for Reducing Uncertainty in AI Training "
        "Energy Estimation",
        "2506.14551",
    ),
    Source(
        "openai_tokens",
        ("OpenAI",),
        2025,
        "What are tokens and how to count them?",
        "OpenAI Help Center",
        "https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them",
        kind="misc",
    ),
    Source(
        "eia_home",
        ("U.S. Energy Information Administration",),
        2024,
        "How much electricity does an American home use?",
        "Frequently asked questions, 8 January 2024",
        "https://www.eia.gov/tools/faqs/faq.php?id=97",
        kind="misc",
    ),
    Source(
        "cnas2026",
        ("Center for a New American Security",),
        2026,
        "American AI companies can't get enough chips",
        "CNAS, 2026, by its summary",
        "https://threatbeat.com/government-and-industry/american-ai-companies-cant-get-enough-chips/",
        kind="misc",
    ),
    Source(
        "nadella2025",
        ("Gerstner, Brad", "Nadella, Satya", "Altman, Sam"),
        2025,
        "All Things AI with Sam Altman and Satya Nadella: A Halloween Special",
        "BG2 Pod, 31 October 2025, as transcribed by Tom's Hardware",
        "https://www.tomshardware.com/tech-industry/artificial-intelligence/"
        "microsoft-ceo-says-the-company-doesnt-have-enough-electricity-to-install-all-the-ai-gpus-"
        "in-its-inventory-you-may-actually-have-a-bunch-of-chips-sitting-in-inventory-that-i-cant-"
        "plug-in",
        kind="misc",
    ),
    Source(
        "epoch_prices2025",
        ("Epoch AI",),
        2025,
        "LLM inference prices have fallen rapidly but unequally across tasks",
        "Epoch AI, 12 March 2025",
        "https://epoch.ai/data-insights/llm-inference-price-trends",
        kind="misc",
    ),
    Source(
        "shehabi2024",
        (
            "Shehabi, Arman",
            "Smith, Sarah Josephine",
            "Hubbard, Alex",
            "Newkirk, Alexander",
            "Lei, Nuoa",
            "Siddik, Md AbuBakar",
            "Holecek, Billie",
            "Koomey, Jonathan G.",
            "Masanet, Eric R.",
            "Sartor, Dale A.",
        ),
        2024,
        "2024 United States Data Center Energy Usage Report",
        "Lawrence Berkeley National Laboratory, LBNL-2001637",
        "https://doi.org/10.71468/P1WC7Q",
        kind="misc",
    ),
    Source(
        "smith2026",
        (
            "Smith, Sarah Josephine",
            "Hubbard, Alex",
            "Newkirk, Alexander",
            "Ganeshalingam, Mohan",
            "Holecek, Billie",
            "Sartor, Dale A.",
            "Mills, Michael",
            "Shehabi, Arman",
        ),
        2026,
        "United States Data Center Energy Usage Report: 2025 Update",
        "Lawrence Berkeley National Laboratory, LBNL-2001758, 18 June 2026",
        "https://doi.org/10.71468/P1RP4F",
        kind="misc",
        note="read in its abstract and through quotations",
    ),
    Source(
        "iea2025",
        ("International Energy Agency",),
        2025,
        "Energy and AI",
        "International Energy Agency, April 2025",
        "https://www.iea.org/reports/energy-and-ai",
        kind="misc",
    ),
    Source(
        "iea2026",
        ("International Energy Agency",),
        2026,
        "Key Questions on Energy and AI",
        "International Energy Agency, April 2026",
        "https://www.iea.org/reports/key-questions-on-energy-and-ai",
        kind="misc",
        note="read through quotations",
    ),
    Source(
        "epoch_data_centers",
        ("Epoch AI",),
        2026,
        "Frontier Data Centers Hub",
        "Epoch AI, snapshots of April, May and August 2026, CC BY 4.0",
        "https://epoch.ai/data/data-centers",
        kind="misc",
        note="read through quotations; power is an estimate from permits and satellite images; "
        "since renamed AI Data Centers",
    ),
    Source(
        "nvidia_h100",
        ("NVIDIA",),
        2023,
        "NVIDIA H100 Tensor Core GPU: Data Sheet",
        "NVIDIA",
        "https://resources.nvidia.com/en-us-tensor-core/nvidia-tensor-core-gpu-datasheet",
        kind="misc",
    ),
    # ---- chapter 7: strategy
    _arxiv(
        "tan2025",
        "Tan, Zelin; Geng, Hejia; Yu, Xiaohang; Zhang, Mulei; Wan, Guancheng; Zhou, Yifan; "
        "He, Qiang; Xue, Xiangyuan; Zhou, Heng; Fan, Yutao; Li, Zhongzhi; Zhang, Zaibin; "
        "Zhang, Guibin; Zhang, Chen; Yin, Zhenfei; Torr, Philip; Bai, Lei",
        2025,
        "Scaling Behaviors of LLM Reinforcement Learning Post-Training: An Empirical Study in "
        "Mathematical Reasoning",
        "2509.25300",
    ),
    _arxiv(
        "biderman2023",
        "Biderman, Stella; Schoelkopf, Hailey; Anthony, Quentin; Bradley, Herbie; "
        "O'Brien, Kyle; Hallahan, Eric; Khan, Mohammad Aflah; Purohit, Shivanshu; "
        "Prashanth, USVSN Sai; Raff, Edward; Skowron, Aviya; Sutawika, Lintang; "
        "van der Wal, Oskar",
        2023,
        "Pythia: A Suite for Analyzing Large Language Models Across Training and Scaling",
        "2304.01373",
    ),
    Source(
        "nvidia_dgx_h100",
        ("NVIDIA",),
        2023,
        "DGX H100 System: Data Sheet",
        "NVIDIA",
        "https://www.nvidia.com/en-us/data-center/dgx-h100/",
        kind="misc",
        note="nameplate 10.2 kW for eight accelerators; real draw is lower",
    ),
    Source(
        "epoch_query_energy2025",
        ("You, Josh",),
        2025,
        "How much energy does ChatGPT use?",
        "Epoch AI",
        "https://epoch.ai/gradient-updates/how-much-energy-does-chatgpt-use",
        kind="misc",
    ),
    # ---- the ledger of claims: what no chapter needs for a number
    _arxiv(
        "hestness2017",
        "Hestness, Joel; Narang, Sharan; Ardalani, Newsha; Diamos, Gregory; Jun, Heewoo; "
        "Kianinejad, Hassan; Patwary, Md. Mostofa Ali; Yang, Yang; Zhou, Yanqi",
        2017,
        "Deep Learning Scaling is Predictable, Empirically",
        "1712.00409",
    ),
    _arxiv(
        "shazeer2017",
        "Shazeer, Noam; Mirhoseini, Azalia; Maziarz, Krzysztof; Davis, Andy; Le, Quoc; "
        "Hinton, Geoffrey; Dean, Jeff",
        2017,
        "Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer",
        "1701.06538",
    ),
    _arxiv(
        "henighan2020",
        "Henighan, Tom; Kaplan, Jared; Katz, Mor; Chen, Mark; Hesse, Christopher; Jackson, Jacob; "
        "Jun, Heewoo; Brown, Tom B.; Dhariwal, Prafulla; Gray, Scott; Hallacy, Chris; "
        "Mann, Benjamin; Radford, Alec; Ramesh, Aditya; Ryder, Nick; Ziegler, Daniel M.; "
        "Schulman, John; Amodei, Dario; McCandlish, Sam",
        2020,
        "Scaling Laws for Autoregressive Generative Modeling",
        "2010.14701",
    ),
    _arxiv(
        "schaeffer2024",
        "Schaeffer, Rylan; Schoelkopf, Hailey; Miranda, Brando; Mukobi, Gabriel; Madan, Varun; "
        "Ibrahim, Adam; Bradley, Herbie; Biderman, Stella; Koyejo, Sanmi",
        2024,
        "Why Has Predicting Downstream Capabilities of Frontier AI Models with Scale Remained "
        "Elusive?",
        "2406.04391",
    ),
    _arxiv(
        "maini2024",
        "Maini, Pratyush; Seto, Skyler; Bai, He; Grangier, David; Zhang, Yizhe; Jaitly, Navdeep",
        2024,
        "Rephrasing the Web: A Recipe for Compute and Data-Efficient Language Modeling",
        "2401.16380",
    ),
    _arxiv(
        "gemini2023",
        "Gemini Team at Google",
        2023,
        "Gemini: A Family of Highly Capable Multimodal Models",
        "2312.11805",
    ),
    _arxiv(
        "laufer2025",
        "Laufer, Benjamin; Oderinwale, Hamidah; Kleinberg, Jon",
        2025,
        "Anatomy of a Machine Learning Ecosystem: 2 Million Models on Hugging Face",
        "2508.06811",
    ),
    Source(
        "huggingface2026",
        ("Hugging Face",),
        2026,
        "The Future of the Global Open-Source AI Ecosystem: From DeepSeek to AI+",
        "Hugging Face blog, 3 February 2026",
        "https://huggingface.co/blog/huggingface/one-year-since-the-deepseek-moment-blog-3",
        kind="misc",
        note="the count read through a quotation",
    ),
    _arxiv(
        "gekhman2024",
        "Gekhman, Zorik; Yona, Gal; Aharoni, Roee; Eyal, Matan; Feder, Amir; Reichart, Roi; "
        "Herzig, Jonathan",
        2024,
        "Does Fine-Tuning LLMs on New Knowledge Encourage Hallucinations?",
        "2405.05904",
    ),
    _arxiv(
        "shen2026",
        "Shen, Jingyan; Li, Ang; Rahman, Salman; Sun, Yifan; Goldblum, Micah; Telgarsky, Matus; "
        "Izmailov, Pavel",
        2026,
        "Understanding Reasoning from Pretraining to Post-Training",
        "2607.16097",
    ),
    _arxiv(
        "chen2025",
        "Chen, Yanda; Benton, Joe; Radhakrishnan, Ansh; Uesato, Jonathan; Denison, Carson; "
        "Schulman, John; Somani, Arushi; Hase, Peter; Wagner, Misha; Roger, Fabien; "
        "Mikulik, Vlad; Bowman, Samuel R.; Leike, Jan; Kaplan, Jared; Perez, Ethan",
        2025,
        "Reasoning Models Don't Always Say What They Think",
        "2505.05410",
    ),
    _arxiv(
        "tenney2019",
        "Tenney, Ian; Das, Dipanjan; Pavlick, Ellie",
        2019,
        "BERT Rediscovers the Classical NLP Pipeline",
        "1905.05950",
    ),
    _arxiv(
        "mccoy2023",
        "McCoy, R. Thomas; Yao, Shunyu; Friedman, Dan; Hardy, Matthew; Griffiths, Thomas L.",
        2023,
        "Embers of Autoregression: Understanding Large Language Models Through the Problem They "
        "are Trained to Solve",
        "2309.13638",
    ),
    Source(
        "wikipedia_moore",
        ("Wikipedia",),
        2026,
        "Moore's law",
        "Wikipedia, CC BY-SA 4.0",
        "https://en.wikipedia.org/wiki/Moore%27s_law",
        kind="misc",
    ),
    Source(
        "semianalysis2024",
        ("Patel, Dylan", "Nishball, Daniel", "Kourabi, AJ", "Knuhtsen, Reyk"),
        2024,
        "Scaling Laws: O1 Pro Architecture, Reasoning Training Infrastructure, Orion and Claude "
        "3.5 Opus 'Failures'",
        "SemiAnalysis, 11 December 2024",
        "https://semianalysis.com/2024/12/11/scaling-laws-o1-pro-architecture-reasoning-"
        "training-infrastructure-orion-and-claude-3-5-opus-failures/",
        kind="misc",
    ),
    Source(
        "indianexpress2024",
        ("The Indian Express",),
        2024,
        "Google previews Gemini 2.0 Flash Thinking reasoning model",
        "The Indian Express, December 2024",
        "https://indianexpress.com/article/technology/artificial-intelligence/google-previews-"
        "gemini-2-0-flash-thinking-reasoning-model-9735608/",
        kind="misc",
    ),
    Source(
        "zuckerberg2024",
        ("Zuckerberg, Mark",),
        2024,
        "Meta Platforms, fourth quarter 2023: results conference call",
        "Meta, 1 February 2024",
        "https://investor.atmeta.com/",
        kind="misc",
        note="read through press reports",
    ),
    Source(
        "youtube_press",
        ("YouTube",),
        2026,
        "YouTube for Press",
        "YouTube Official Blog",
        "https://blog.youtube/press/",
        kind="misc",
        note="a figure of the company's, second-hand",
    ),
    Source(
        "vinyals2025",
        ("Vinyals, Oriol",),
        2025,
        "The secret behind Gemini 3?",
        "post on X, 18 November 2025",
        "https://x.com/OriolVinyalsML",
        kind="misc",
        note="read through copies; a maker's claim",
    ),
    Source(
        "epoch_openai2025",
        ("Epoch AI",),
        2025,
        "Most of OpenAI's 2024 compute went to experiments",
        "Epoch AI, 10 October 2025",
        "https://epoch.ai/data-insights/openai-compute-spend",
        kind="misc",
        note="an estimate from press reports",
    ),
    Source(
        "epoch_reasoning2025",
        ("You, Josh",),
        2025,
        "How far can reasoning models scale?",
        "Epoch AI, 9 May 2025",
        "https://epoch.ai/gradient-updates/how-far-can-reasoning-models-scale",
        kind="misc",
    ),
    Source(
        "epoch_gpt5",
        ("Epoch AI",),
        2025,
        "Why GPT-5 used less training compute than GPT-4.5 (but GPT-6 probably won't)",
        "Epoch AI, 26 September 2025",
        "https://epoch.ai/gradient-updates/"
        "why-gpt5-used-less-training-compute-than-gpt45-but-gpt6-probably-wont",
        kind="misc",
        note="an estimate",
    ),
)

SOURCES: dict[str, Source] = {source.key: source for source in _ALL}
"""Every work that a number comes from, by its key in the references [works].

Source: the works themselves.
"""


def sources_of(obj: Any) -> tuple[Source, ...]:
    """The sources that a law, a fit or a data set carries in its `.source`, without repeats.

    Args:
        obj: anything with a `.source`, one or several, or a `Source`.

    Returns:
        The sources as they stand there, with their place in the work.

    Raises:
        ValueError: if `obj` carries no source.
    """
    found = getattr(obj, "source", None)
    if isinstance(obj, Source):
        found = obj
    if isinstance(found, Source):
        found = (found,)
    if not isinstance(found, tuple) or not found or not all(isinstance(x, Source) for x in found):
        raise ValueError(f"obj = {obj!r}: it carries no source")
    return tuple({source.key: source for source in found}.values())


def citation(obj: Any) -> str:
    """The BibTeX of every work whose numbers `obj` uses.

    Args:
        obj: a law, a fit, a data set, a `Source` or anything else with a `.source`.

    Returns:
        One entry a work.

    Raises:
        ValueError: if `obj` carries no source, or one that is not in `SOURCES`.
    """
    works = sources_of(obj)
    for source in works:
        if source.key not in SOURCES:
            raise ValueError(f"obj = {obj!r}: its source {source.key!r} is not in SOURCES")
    return "\n".join(SOURCES[source.key].bibtex() for source in works)


def bibliography() -> str:
    """The text of `chapters/references.bib`: every entry of `SOURCES`, by key."""
    head = "% Written by `python -m scaling_core.sources`: edit scaling_core/sources.py instead."
    return f"{head}\n\n" + "\n".join(SOURCES[key].bibtex() for key in sorted(SOURCES))


if __name__ == "__main__":
    sys.stdout.write(bibliography())
