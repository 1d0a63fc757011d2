"""Criteria of chapter 05 (00 is the landing page)."""
