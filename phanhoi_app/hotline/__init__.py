"""The hotline (1022): calls as the switchboard tells them, the operator's page, the live queue, and the duty roster."""
