"""Criteria of chapter 07 (00 is the landing page)."""
