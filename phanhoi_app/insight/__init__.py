"""What the deadlines come to: figures by agency, field and month, and the digests that tell of them."""
