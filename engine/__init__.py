"""guiju: a rules-as-code policy engine. Layers: base < language < policy < decision < intake, documents < views < cli."""
