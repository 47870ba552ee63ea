"""How everything stands at a moment, for who looks on from outside."""
