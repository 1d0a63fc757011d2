"""Criteria of chapter 02 (00 is the landing page)."""
