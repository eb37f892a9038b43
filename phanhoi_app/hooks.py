"""The wiring index: which function answers which event. One line each, grouped by concern."""

app_name = "phanhoi_app"
app_title = "Phản hồi"
app_publisher = "The phanhoi_app authors"
app_description = "Receive, route, process and answer the people's complaints"
app_email = "phanhoi_app@example.invalid"
app_license = "MIT"
