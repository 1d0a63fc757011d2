"""Criteria of chapter 01 (00 is the landing page)."""
