"""What units and their people set: absences, letters, reminders."""
