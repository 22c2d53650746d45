# SPDX-License-Identifier: MIT
"""Graph errors in their own words."""
from .server import Reply

TOKEN_TEXTS = {
    458: "Error validating access token: The user has not authorized application 123456789.",
    459: "Error validating access token: You cannot access the app till you log in to "
         "www.facebook.com and follow the instructions given.",
    460: "Error validating access token: The session has been invalidated because the user changed "
         "their password or Facebook has changed the session for security reasons.",
    463: "Error validating access token: Session has expired on Friday, 02-Oct-26 09:00:00 PDT. The "
         "current time is Friday, 02-Oct-26 10:00:00 PDT.",
    464: "Error validating access token: Sessions for the user are not allowed because the user is "
         "not a confirmed user.",
    467: "Error validating access token: The session is invalid because the user logged out.",
    492: "Error validating access token: Session does not match current stored session. This may be "
         "because the user changed the password since the time the session was created or Facebook "
         "has changed the session for security reasons.",
}
LIMIT_TEXTS = {
    4: ("(#4) Application request limit reached", None),
    17: ("(#17) User request limit reached", 2446079),
    32: ("(#32) Page request limit reached", None),
    613: ("(#613) Calls to this api have exceeded the rate limit.", None),
    80001: ("(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
            2494055),
    80006: ("(#80006) There have been too many calls to this Messenger account. Wait a bit and try "
            "again.", None),
}
# Every code of the facts' table, in words that were seen in the field: (code, subcode) -> (text, status, type).
CATALOGUE = {
    (1, None): ("An unknown error occurred", 500, "OAuthException"),
    (1, 99): ("An unknown error has occurred.", 500, "OAuthException"),
    (2, None): ("Service temporarily unavailable", 500, "OAuthException"),
    (3, None): ("(#3) Application does not have the capability to make this API call.", 400, "OAuthException"),
    (9, None): ("(#9) User is performing too many actions", 400, "OAuthException"),
    (10, None): ("(#10) Application does not have permission for this action", 403, "OAuthException"),
    (10, 1893063): ("(#10) Your Page is temporarily restricted from sending messages.", 400, "OAuthException"),
    (10, 2018300): ("(#10) Message failed to send because another app is controlling this thread now.", 400,
                    "OAuthException"),
    (100, None): ("(#100) Invalid parameter", 400, "OAuthException"),
    (100, 2018001): ("(#100) No matching user found", 400, "OAuthException"),
    (100, 1545041): ("(#100) This person isn't receiving messages from you right now.", 400, "OAuthException"),
    (102, None): ("Session key invalid or no longer valid", 401, "OAuthException"),
    (200, 2018028): ("(#200) Cannot message users who are not admins, developers or testers of the app until "
                     "pages_messaging permission is reviewed and the app is live.", 403, "OAuthException"),
    (200, 2018108): ("(#200) This Page cannot message users who are not testers.", 403, "OAuthException"),
    (230, None): ("(#230) Requires pages_messaging permission to manage the object", 403, "OAuthException"),
    (341, None): ("(#341) Feed action request limit reached", 400, "OAuthException"),
    (368, None): ("The action attempted has been deemed abusive or is otherwise disallowed", 400, "OAuthException"),
    (551, 1545041): ("(#551) This person isn't available right now.", 400, "OAuthException"),
    (1200, None): ("(#1200) Temporary send message failure. Please try again later.", 400, "OAuthException"),
    (1609005, None): ("(#1609005) There was a problem scraping data from the provided link.", 400, "OAuthException"),
}
OUTSIDE = ("(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
           "https://developers.facebook.com/docs/messenger-platform/policy-overview")


class GraphError(Exception):
    """Ends a call with a Graph error."""

    def __init__(self, code, message, subcode=None, status=400, kind="OAuthException", transient=False,
                 user_title=None, user_msg=None):
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": kind, "code": code}
        if subcode:
            self.error["error_subcode"] = subcode
        if transient:
            self.error["is_transient"] = True
        if user_title:
            self.error["error_user_title"] = user_title
        if user_msg:
            self.error["error_user_msg"] = user_msg

    def reply(self, random):
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        trace = "A" + "".join(random.choice(letters) for _ in range(22))
        return Reply(self.status, {"error": {**self.error, "fbtrace_id": trace}}, {},
                     "application/json; charset=UTF-8")


def missing(number, verb="get"):
    return GraphError(100, f"Unsupported {verb} request. Object with ID '{number}' does not exist, "
                      "cannot be loaded due to missing permissions, or does not support this "
                      "operation. Please read the Graph API documentation at "
                      "https://developers.facebook.com/docs/graph-api", 33,
                      kind="GraphMethodException")


def bad_token(subcode=None, status=400):
    text = TOKEN_TEXTS.get(subcode, "Invalid OAuth access token - Cannot parse access token")
    return GraphError(190, text, subcode, status)


def catalogued(code, subcode=None, message=None, status=None, **more):
    """Any code of the table, in its own words."""
    if code == 190:
        error = bad_token(subcode, status or 400)
    elif (code, subcode) not in CATALOGUE and code in LIMIT_TEXTS:
        error = limited(code, status or 400)
    else:
        text, usual, kind = CATALOGUE.get((code, subcode), (f"(#{code}) An error occurred",
                                                            500 if code in (1, 2) else 400, "OAuthException"))
        error = GraphError(code, text, subcode, status or usual, kind, **more)
    if message is not None:
        error.error["message"] = message
    return error


def limited(code, status=400):
    text, subcode = LIMIT_TEXTS.get(code, (f"(#{code}) Request limit reached", None))
    return GraphError(code, text, subcode, status, transient=code in (4, 17, 32, 613))
