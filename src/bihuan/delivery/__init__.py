"""Carries notices out of the house (投递): the outbox drained to e-mail and web hooks. Decides nothing about cases."""
