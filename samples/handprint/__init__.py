"""Train the hand-print recogniser: texts, drawn lines, degradation, network, export. Needs torch; see docs/reading-hands.md."""
