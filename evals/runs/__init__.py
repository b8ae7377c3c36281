"""Running evaluations of dialogues: who takes part, the journal that a killed run goes on from, and the run itself."""
