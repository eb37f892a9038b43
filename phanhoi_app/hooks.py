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
after_uninstall = "phanhoi_app.uninstall.after_uninstall"
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
app_include_js = [
    "/assets/phanhoi_app/js/desk.js",
    "/assets/phanhoi_app/js/timeline.js",
    "/assets/phanhoi_app/js/hotline/ring.js",
]
app_include_css = [
    "/assets/phanhoi_app/css/desk.css",
    "/assets/phanhoi_app/css/timeline.css",
    "/assets/phanhoi_app/css/hotline.css",
    "/assets/phanhoi_app/css/conversation.css",
]
doctype_js = {
    "Agency": ["public/js/forms/agency_calendar.js"],
    "Complaint": [
        "public/js/complaint_identity.js",
        "public/js/complaint_custody.js",
        "public/js/complaint_clocks.js",
        "public/js/complaint_conversation.js",
        "public/js/complaint_steps.js",
    ],
    "Deadline Policy": ["public/js/forms/deadline_policy.js"],
    "Phanhoi Settings": ["public/js/forms/settings_calendar.js"],
    "Workflow": ["public/js/forms/workflow.js"],
}
extend_bootinfo = ["phanhoi_app.demo.banner.boot", "phanhoi_app.history.words.boot"]
page_js = {
    "user-profile": "public/js/pages/user_profile.js",
    "workflow-builder": "public/js/pages/workflow_builder.js",
}
doctype_list_js = dict.fromkeys(
    ("Workflow", "Workflow State", "Workflow Action Master", "Role"), "public/js/lists/names.js"
) | {"Complaint": "public/js/lists/complaint_kanban.js"}

# a complaint's life: history first, then what reacts to it
doc_events = {
    "Complaint": {
        "before_insert": ["phanhoi_app.sla.clocks.start"],
        "validate": ["phanhoi_app.sla.clocks.follow"],
        "after_insert": [
            "phanhoi_app.history.record.complaint_received",
            "phanhoi_app.custody.parties.complaint_received",
            "phanhoi_app.sla.clocks.store",
            "phanhoi_app.messaging.notices.complaint_received",
            "phanhoi_app.hotline.out_of_hours.complaint_received",
        ],
        "on_update": [
            "phanhoi_app.history.record.complaint_changed",
            "phanhoi_app.custody.parties.complaint_changed",
            "phanhoi_app.custody.splitting.part_changed",
            "phanhoi_app.sla.clocks.store",
            "phanhoi_app.messaging.notices.complaint_changed",
            "phanhoi_app.hotline.out_of_hours.complaint_changed",
        ],
    },
    # what links to a complaint, of whatever kind; what people write beside one, by the framework's own means
    "*": {"validate": "phanhoi_app.access.references.check_links"},
    "Comment": {
        "validate": "phanhoi_app.access.references.check_note",
        "on_update": "phanhoi_app.access.references.forget_excerpts",
    },
    "Communication": {"validate": "phanhoi_app.access.references.check_note"},
    "DocShare": {"validate": "phanhoi_app.access.references.refuse_sharing"},
    "Document Follow": {"validate": "phanhoi_app.access.references.check_note"},
    "Kanban Board": {"validate": "phanhoi_app.access.doors_desk.forget_cards"},
    "Reminder": {"validate": "phanhoi_app.access.references.check_note"},
    "Tag Link": {"validate": "phanhoi_app.access.references.check_note"},
    "ToDo": {"validate": "phanhoi_app.access.references.check_note"},
    # accounts follow the duties of an agency's members
    "Agency": {
        "on_update": [
            "phanhoi_app.agencies.accounts.members_changed",
            "phanhoi_app.sla.changes.agency_changed",
        ],
        "after_delete": "phanhoi_app.agencies.accounts.agency_deleted",
    },
    "Phanhoi Settings": {"on_update": "phanhoi_app.sla.changes.settings_changed"},
    "User": {
        "validate": "phanhoi_app.agencies.accounts.user_changed",
        "on_trash": "phanhoi_app.agencies.accounts.user_deleted",
    },
}

# cases that came from another system, many at a time
complaints_imported = ["phanhoi_app.sla.clocks.imported"]
# what the hotline's switchboard tells of calls
calls_told = ["phanhoi_app.hotline.calls.told"]

# access: lists and single documents by the same criterion
permission_query_conditions = {
    "Complaint": "phanhoi_app.access.permissions.complaint_conditions",
    "Complaint Event": "phanhoi_app.access.permissions.event_conditions",
    "Message": "phanhoi_app.access.permissions.message_conditions",
    "Custody": "phanhoi_app.access.permissions.custody_conditions",
    "Contribution": "phanhoi_app.access.permissions.contribution_conditions",
    "Incoming Letter": "phanhoi_app.access.permissions.letter_conditions",
    "Complainant": "phanhoi_app.access.permissions.nobodys",
    "Letter": "phanhoi_app.access.permissions.nobodys",
    "Caller": "phanhoi_app.access.permissions.nobodys",
    "Duty Handover": "phanhoi_app.hotline.who.handover_conditions",
    "Exchange Mark": "phanhoi_app.access.permissions.nobodys",
    "Portal Exchange": "phanhoi_app.access.permissions.own_exchanges",
    "Message State": "phanhoi_app.access.permissions.nobodys",
    "Conversation": "phanhoi_app.access.permissions.nobodys",
    "Conversation Photo": "phanhoi_app.access.permissions.nobodys",
    "Inbound Letter": "phanhoi_app.access.permissions.nobodys",
    "User": "phanhoi_app.access.permissions.account_conditions",
    "Complaint Clock": "phanhoi_app.access.permissions.clock_conditions",
    "Extension Request": "phanhoi_app.access.permissions.extension_conditions",
    "Escalation": "phanhoi_app.access.permissions.escalation_conditions",
    # what the framework keeps beside a document
    "Access Log": "phanhoi_app.access.references.access_log",
    "Activity Log": "phanhoi_app.access.references.activity_log",
    "Comment": "phanhoi_app.access.references.comment",
    "Communication": "phanhoi_app.access.references.communication",
    "DocShare": "phanhoi_app.access.references.docshare",
    "Document Follow": "phanhoi_app.access.references.document_follow",
    "Email Queue": "phanhoi_app.access.references.email_queue",
    "File": "phanhoi_app.access.references.file",
    "Notification Log": "phanhoi_app.access.references.notification_log",
    "Tag Link": "phanhoi_app.access.references.tag_link",
    "ToDo": "phanhoi_app.access.references.todo",
    "Version": "phanhoi_app.access.references.version",
    "View Log": "phanhoi_app.access.references.view_log",
}
has_permission = {
    "Complaint": "phanhoi_app.access.permissions.complaint_permission",
    "Complaint Event": "phanhoi_app.access.permissions.follower_permission",
    "Message": "phanhoi_app.access.permissions.follower_permission",
    "Custody": "phanhoi_app.access.permissions.follower_permission",
    "Contribution": "phanhoi_app.access.permissions.follower_permission",
    "Incoming Letter": "phanhoi_app.access.permissions.letter_permission",
    "Complaint Clock": "phanhoi_app.access.permissions.follower_permission",
    "Extension Request": "phanhoi_app.access.permissions.follower_permission",
    "Escalation": "phanhoi_app.access.permissions.follower_permission",
    "Complainant": "phanhoi_app.access.permissions.nobody",
    "Letter": "phanhoi_app.access.permissions.nobody",
    "Caller": "phanhoi_app.access.permissions.nobody",
    "Duty Shift": "phanhoi_app.hotline.who.shift_permission",
    "Duty Handover": "phanhoi_app.hotline.who.handover_permission",
    "Exchange Mark": "phanhoi_app.access.permissions.nobody",
    "Portal Exchange": "phanhoi_app.access.permissions.own_exchange",
    "Message State": "phanhoi_app.access.permissions.nobody",
    "Conversation": "phanhoi_app.access.permissions.nobody",
    "Conversation Photo": "phanhoi_app.access.permissions.nobody",
    "Inbound Letter": "phanhoi_app.access.permissions.nobody",
    "Access Log": "phanhoi_app.access.references.permission",
    "Activity Log": "phanhoi_app.access.references.permission",
    "Comment": "phanhoi_app.access.references.permission",
    "Communication": "phanhoi_app.access.references.permission",
    "DocShare": "phanhoi_app.access.references.permission",
    "Document Follow": "phanhoi_app.access.references.permission",
    "Email Queue": "phanhoi_app.access.references.permission",
    "File": "phanhoi_app.access.references.permission",
    "Notification Log": "phanhoi_app.access.references.permission",
    "Tag Link": "phanhoi_app.access.references.permission",
    "ToDo": "phanhoi_app.access.references.permission",
    "Version": "phanhoi_app.access.references.permission",
    "View Log": "phanhoi_app.access.references.permission",
}

override_doctype_class = {
    "Email Account": "phanhoi_app.intake.mail.mailbox.CitizensMailbox",
    "File": "phanhoi_app.access.files.GuardedFile",
}

# asked before any method is: what the user does not see is not there
auth_hooks = ["phanhoi_app.access.gate.ask"]
# a webhook is answered in the provider's terms, also where the framework cannot read the body
after_request = ["phanhoi_app.intake.webhook.mend"]

# the framework's own doors, led through ours
override_whitelisted_methods = {
    "frappe.model.workflow.apply_workflow": "phanhoi_app.custody.api.apply_workflow",
    "frappe.model.workflow.get_transitions": "phanhoi_app.custody.api.get_transitions",
    "frappe.model.workflow.get_common_transition_actions": "phanhoi_app.custody.api.get_common_transition_actions",
    "frappe.model.workflow.bulk_workflow_approval": "phanhoi_app.custody.api.bulk_workflow_approval",
    "frappe.website.doctype.web_form.web_form.accept": "phanhoi_app.portal.api.accept",
    # those that ask no permission of their own
    "frappe.client.get_count": "phanhoi_app.access.doors.get_count",
    "frappe.client.validate_link": "phanhoi_app.access.doors.validate_link",
    "frappe.client.has_permission": "phanhoi_app.access.doors.has_permission",
    "frappe.client.get_doc_permissions": "phanhoi_app.access.doors.get_doc_permissions",
    "frappe.desk.reportview.get_count": "phanhoi_app.access.doors.get_list_count",
    "frappe.desk.search.get_link_title": "phanhoi_app.access.doors.get_link_title",
    "frappe.desk.listview.get_group_by_count": "phanhoi_app.access.doors.get_group_by_count",
    "frappe.desk.notifications.get_open_count": "phanhoi_app.access.doors.get_open_count",
    "frappe.utils.goal.get_monthly_goal_graph_data": "phanhoi_app.access.doors.get_monthly_goal_graph_data",
    "frappe.desk.doctype.dashboard_chart.dashboard_chart.get": "phanhoi_app.access.doors.get_chart",
    "frappe.desk.form.linked_with.get": "phanhoi_app.access.doors.get_linked",
    "frappe.share.get_users": "phanhoi_app.access.doors.get_shares",
    "frappe.desk.like.toggle_like": "phanhoi_app.access.doors.toggle_like",
    "frappe.desk.doctype.tag.tag.add_tag": "phanhoi_app.access.doors.add_tag",
    "frappe.desk.doctype.tag.tag.add_tags": "phanhoi_app.access.doors.add_tags",
    "frappe.desk.doctype.tag.tag.remove_tag": "phanhoi_app.access.doors.remove_tag",
    "frappe.desk.doctype.tag.tag.get_tagged_docs": "phanhoi_app.access.doors.get_tagged_docs",
    "frappe.desk.form.document_follow.follow_document": "phanhoi_app.access.doors.follow",
    "frappe.desk.form.document_follow.update_follow": "phanhoi_app.access.doors.update_follow",
    "frappe.desk.form.assign_to.add": "phanhoi_app.access.doors.assign",
    "frappe.desk.form.assign_to.remove": "phanhoi_app.access.doors.remove_assignment",
    "frappe.realtime.can_subscribe_doc": "phanhoi_app.access.doors.can_subscribe_doc",
    "frappe.desk.form.load.getdoc": "phanhoi_app.access.doors.getdoc",
    "frappe.desk.form.load.get_docinfo": "phanhoi_app.access.doors.get_docinfo",
    "frappe.desk.form.load.get_communications": "phanhoi_app.access.doors.get_communications",
    "frappe.client.get": "phanhoi_app.access.doors_desk.get",
    "frappe.desk.form.utils.get_next": "phanhoi_app.access.doors_desk.get_next",
    "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": "phanhoi_app.access.doors_desk.count_states",
    **{
        f"frappe.desk.doctype.kanban_board.kanban_board.{door}": f"phanhoi_app.access.doors_desk.{door}"
        for door in ("update_order", "update_order_for_single_card", "add_card")
    },
    "frappe.geo.utils.get_coords": "phanhoi_app.access.doors_tools.get_coords",
    "frappe.desk.query_report.get_data_for_custom_field": "phanhoi_app.access.doors_tools.get_custom_column",
    "frappe.desk.treeview.get_all_nodes": "phanhoi_app.access.doors_tools.get_all_nodes",
    **{
        f"frappe.core.doctype.prepared_report.prepared_report.{door}": f"phanhoi_app.access.doors_tools.{door}"
        for door in ("make_prepared_report", "delete_prepared_reports")
    },
    **{
        f"frappe.{room}.{door}": f"phanhoi_app.access.doors_tools.{door}"
        for room, door in (
            ("contacts.doctype.contact.contact", "get_contact_details"),
            ("core.doctype.sms_settings.sms_settings", "get_contact_number"),
            ("desk.form.load", "get_user_info_for_viewers"),
        )
    },
    "frappe.core.api.file.zip_files": "phanhoi_app.access.doors_desk.zip_files",
    "frappe.utils.nestedset.rebuild_tree": "phanhoi_app.access.doors_desk.rebuild_tree",
    "frappe.email.relink": "phanhoi_app.access.doors_desk.relink",
    "frappe.desk.doctype.system_console.system_console.execute_code": "phanhoi_app.access.doors_desk.execute_code",
}
standard_queries = {"Complaint": "phanhoi_app.access.search.complaints"}

# portal
page_renderer = [
    "phanhoi_app.portal.renderer.PortalPage",
    "phanhoi_app.agencies.invitation_page.InvitationPage",
]
get_website_user_home_page = "phanhoi_app.portal.pages.home_page"

# time
scheduler_events = {
    "cron": {
        "* * * * *": [
            "phanhoi_app.messaging.delivery.deliver",
            "phanhoi_app.intake.inbound.work",
            "phanhoi_app.agencies.reorganisation.job.begin_due",
            "phanhoi_app.sla.changes.wake",
            "phanhoi_app.sla.sweep.run",
        ],
        "*/10 * * * *": ["phanhoi_app.agencies.leaving.resume", "phanhoi_app.insight.digest.send_due"],
        "0 9 * * *": [
            "phanhoi_app.messaging.ratings.ask",
            "phanhoi_app.messaging.standing.tell_of_yesterday",
        ],
    },
    "hourly": [
        "phanhoi_app.agencies.reorganisation.job.look_after",
        "phanhoi_app.messaging.delivery.give_up_old",
    ],
    "daily": [
        "phanhoi_app.intake.numbers.ensure_sequences",
        "phanhoi_app.intake.inbound.forget_old",
        "phanhoi_app.hotline.calls.forget_old",
        "phanhoi_app.intake.mail.inbox.forget_old",
        "phanhoi_app.channels.zalo_tokens.keep_alive",
        "phanhoi_app.agencies.roster.forget_old",
        "phanhoi_app.messaging.states.forget_early",
    ],
}
