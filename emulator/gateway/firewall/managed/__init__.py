"""AWS's managed rule groups. AWS documents what each rule is for, not its patterns: those here are Terrarium's."""
