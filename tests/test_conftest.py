"""The fixtures themselves, where they could go wrong without being seen."""

import sys
from pathlib import Path
from subprocess import PIPE, Popen

from tests.conftest import ROOT

BUILD = """
import sys
from pathlib import Path
from tests.conftest import make_book
sys.exit(make_book(Path(sys.argv[1])).returncode)
"""
# Fails where another build is under way, and is slow enough to be met by it.
MAKEFILE = """
book:
\tmkdir _build/pages
\tsleep 0.5
\trmdir _build/pages
"""


def test_the_book_is_built_once_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE, "utf-8")
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    builds = [Popen(command, cwd=ROOT, stderr=PIPE, text=True) for _ in range(3)]
    for build in builds:
        _, said = build.communicate()
        assert build.returncode == 0, said
