"""Data sets that a test can do without: it is skipped, with the reason, where they are not."""

import functools

import pytest

from scaling_core import datasets


@functools.cache
def load_or_skip(name):
    """The data set `name`; where it cannot be had the test that asks is skipped.

    Tests do not download (see `tests/conftest.py`): it has to be in the folder of data or, after
    ``make data``, in the cache.
    """
    try:
        return datasets.load(name)
    except (datasets.DownloadError, datasets.MissingLibraryError) as error:
        pytest.skip(f"needs the data set {name}: {error}")
