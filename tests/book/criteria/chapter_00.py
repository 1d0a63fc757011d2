"""Criteria of chapter 00 (00 is the landing page)."""
