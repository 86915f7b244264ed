"""Deciding cases: evaluation, explanation, sufficient reasons, what is missing, remedies. Pure."""
