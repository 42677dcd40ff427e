"""What a matter (事项) is and whether its flow is sound. Pure."""
