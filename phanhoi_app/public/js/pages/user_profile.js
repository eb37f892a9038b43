// A person's page shows points for work done, which nobody gets here: the framework would draw charts of nothing, with
// broken lines in them. Where an administrator switches points on, the page is the framework's own.
{
	const page = frappe.pages["user-profile"];
	const load = page && page.on_page_load;
	const named = function (wrapper) {
		frappe.require("user_profile_controller.bundle.js", () => {
			const profile = frappe.ui.UserProfile && frappe.ui.UserProfile.prototype;
			if (profile && profile.make_user_profile) {
				profile.make_user_profile = function () {
					this.user = frappe.user_info(this.user_id);
					this.page.set_title(this.user.fullname);
					this.setup_user_search();
					this.main_section.html(
						`<div class="frappe-card"><p class="text-muted m-0">${__("Name, picture and settings are in the column beside.")}</p></div>`
					);
					this.render_user_details();
				};
			}
			load.call(this, wrapper);
		});
	};
	if (load && !frappe.boot.energy_points_enabled) page.on_page_load = named;
}
