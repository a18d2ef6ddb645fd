"""What changes people, practices, invitations and tokens; each act writes its own line of the trail."""
