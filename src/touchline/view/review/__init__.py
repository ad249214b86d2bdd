"""Reviewing labels: what models and labels disagree about, decided one by one."""
