"""What a ticket shows beyond its answer: flags on what should be mended."""
