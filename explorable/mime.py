"""On the site: MyST-NB shows our MIME type as the page's own HTML, before any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from .page import content_html
from .widget import MIME_TYPE

_SEEN = "explorable_names"  # the names of the figures that a document has shown so far


class ExplorableRenderer(MimeRenderPlugin):
    """MyST-NB's plug-in (entry point group `myst_nb.mime_renderers`)."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = (
        ("*", MIME_TYPE, 1),
    )

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """The page's HTML for our MIME type, nothing for others."""
        if inline or data.mime_type != MIME_TYPE:
            return None
        # The declared sliders leave a state behind that no page needs.
        renderer.renderer.nb_client.notebook.metadata.pop("widgets", None)
        content: Any = data.content
        seen = renderer.renderer.document.attributes.setdefault(_SEEN, [])
        name = (content.get("figure") or content).get("name", "")
        uid = f"x{seen.count(name)}-" if name in seen else ""
        seen.append(name)
        return [nodes.raw(text=content_html(content, uid=uid), format="html")]
