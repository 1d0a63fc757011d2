"""Criteria of chapter 04 (00 is the landing page)."""
