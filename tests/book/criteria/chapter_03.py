"""Criteria of chapter 03 (00 is the landing page)."""
