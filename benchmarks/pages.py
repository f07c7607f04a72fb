"""What a user waits for most: the first page of the list, and a form that opens."""

from clock import Clock

FIRST_PAGE = 80


def measure_pages(env, model, user):
    """Load the records that the list and the form of a model show, as the web client asks for them.

    :param model: name of a model
    :param user: `res.users` record
    :return: {page: {"seconds", "queries"}}
    """
    records = env[model].with_user(user)
    list_fields = records._get_fields_spec(records.get_view(view_type="list"))
    form_fields = records._get_fields_spec(records.get_view(view_type="form"))
    newest = records.search([], limit=1)
    clock = Clock(env)
    # The first round fills what the server keeps between requests; the second one is kept.
    for _round in range(2):
        with clock.phase("list"):
            records.web_search_read([], list_fields, limit=FIRST_PAGE, count_limit=10001)
        with clock.phase("form"):
            newest.web_read(form_fields)
    return clock.phases
