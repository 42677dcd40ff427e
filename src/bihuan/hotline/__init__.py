"""The hotline (12345): demands of residents, answered and verified. The words of their texts are in `words`."""
