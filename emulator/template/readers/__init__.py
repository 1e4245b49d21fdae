"""From plain, resolved CloudFormation to the model: one small file per kind. No I/O but looking at a function's code."""
