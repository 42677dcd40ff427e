"""The yardstick: the least a Django view that records a case could do. Knows nothing of the product."""
