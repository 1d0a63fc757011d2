"""Criteria of chapter 06 (00 is the landing page)."""
