# SPDX-License-Identifier: MIT
"""Simulated social networks over real TLS, with their state in memory."""
