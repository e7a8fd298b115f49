"""What a member of staff should know of: notices in the portal, with a bell."""
