"""What can be proved of rules: the lowered form as terms of a solver, questions put to it, witnesses the evaluator confirms."""
