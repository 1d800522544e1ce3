"""What training draws as a PDF, as it stands when somebody asks."""
