"""From plain, resolved CloudFormation to the model: one small file per kind. No I/O but a look at the code."""
