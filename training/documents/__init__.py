"""PDF documents of training, each drawn from the rows as they are when somebody asks."""
