"""The letters of training, by noun. The outbox finds each by its dotted name, such as `training.notifications.seat_confirmed`:
a writer takes the row it is about, `to` and `details`, and gives a `Message`, or None when the letter is no longer needed."""
