"""The product for other systems (接口): JSON over HTTP, generated from the matters. Every write goes through the engine."""
