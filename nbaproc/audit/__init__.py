"""Proofs over what is in the lake."""
