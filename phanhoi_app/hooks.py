"""The wiring index: which function answers which event. One line each, grouped by concern."""

app_name = "phanhoi_app"
app_title = "Phản hồi"
app_publisher = "The phanhoi_app authors"
app_description = "Receive, route, process and answer the people's complaints"
app_email = "phanhoi_app@example.invalid"
app_license = "MIT"
app_logo_url = "/assets/phanhoi_app/images/logo.svg"
app_home = "/app/phản-hồi"

add_to_apps_screen = [
    {
        "name": "phanhoi_app",
        "logo": app_logo_url,
        "title": app_title,
        "route": app_home,
        "has_permission": "phanhoi_app.access.permissions.may_open_desk",
    }
]
website_context = {"favicon": "/assets/phanhoi_app/images/favicon.svg", "brand_html": app_title}

# install
after_install = "phanhoi_app.install.after_install"
after_migrate = "phanhoi_app.install.after_migrate"
before_uninstall = "phanhoi_app.uninstall.before_uninstall"
fixtures = [
    {
        "dt": "Role",
        "filters": [
            [
                "name",
                "in",
                [
                    "Citizen",
                    "Phanhoi Coordinator",
                    "Phanhoi Officer",
                    "Phanhoi Leader",
                    "Phanhoi Supervisor",
                    "Phanhoi Administrator",
                ],
            ]
        ],
    },
    {"dt": "Custom Field", "filters": [["module", "=", "Phanhoi App"]]},
]
require_type_annotated_api_methods = True

# desk
app_include_js = ["/assets/phanhoi_app/js/desk.js"]
app_include_css = ["/assets/phanhoi_app/css/desk.css"]
extend_bootinfo = ["phanhoi_app.demo.banner.boot"]

# a complaint's life: history first, then what reacts to it
doc_events = {
    "Complaint": {
        "before_insert": ["phanhoi_app.sla.clock.start"],
        "validate": ["phanhoi_app.sla.clock.follow"],
        "after_insert": [
            "phanhoi_app.history.record.complaint_received",
            "phanhoi_app.custody.parties.complaint_received",
            "phanhoi_app.messaging.notices.complaint_received",
        ],
        "on_update": [
            "phanhoi_app.history.record.complaint_changed",
            "phanhoi_app.custody.parties.complaint_changed",
            "phanhoi_app.messaging.notices.complaint_changed",
        ],
    },
}

# access: lists and single documents by the same criterion
permission_query_conditions = {
    "Complaint": "phanhoi_app.access.permissions.complaint_conditions",
    "Complaint Event": "phanhoi_app.access.permissions.event_conditions",
    "Message": "phanhoi_app.access.permissions.message_conditions",
    "Custody": "phanhoi_app.access.permissions.custody_conditions",
}
has_permission = {
    "Complaint": "phanhoi_app.access.permissions.complaint_permission",
    "Complaint Event": "phanhoi_app.access.permissions.follower_permission",
    "Message": "phanhoi_app.access.permissions.follower_permission",
    "Custody": "phanhoi_app.access.permissions.follower_permission",
    "Complainant": "phanhoi_app.access.permissions.nobody",
    "Letter": "phanhoi_app.access.permissions.nobody",
}

override_doctype_class = {"File": "phanhoi_app.access.files.GuardedFile"}

# the framework's own doors, led through ours
override_whitelisted_methods = {
    "frappe.model.workflow.apply_workflow": "phanhoi_app.custody.api.apply_workflow",
    "frappe.model.workflow.bulk_workflow_approval": "phanhoi_app.custody.api.bulk_workflow_approval",
    "frappe.website.doctype.web_form.web_form.accept": "phanhoi_app.portal.api.accept",
}
standard_queries = {"Complaint": "phanhoi_app.access.search.complaints"}

# portal
page_renderer = ["phanhoi_app.portal.renderer.PortalPage"]
get_website_user_home_page = "phanhoi_app.portal.pages.home_page"

# time
scheduler_events = {
    "cron": {"* * * * *": ["phanhoi_app.messaging.delivery.deliver"]},
    "daily": ["phanhoi_app.intake.numbers.ensure_sequences"],
}
