"""Scheme and features become numbers: sheet, layers, accounts, guards."""
