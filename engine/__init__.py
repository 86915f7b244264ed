"""guiju: a rules-as-code policy engine. Layers: base < language < policy < decision < intake, documents < cli."""

__version__ = "0.1.0"
