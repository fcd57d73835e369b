#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client.h"
#include "http/url.h"

namespace groundwork::http {

/// Whether the text is a token of RFC 9110, section 5.6.2: what a method and a header's name must be.
bool is_token(std::string_view text);

/// Request line and headers as they go on the wire, up to the empty line.
/// @errors kInvalidArgument: a method, name or value with bytes that may not be in one (a line break would start
/// another
///         header), or a header that the client writes itself. The message holds no header's value.
base::Result<std::string> request_head(const ClientRequest& request, const Url& url);

}  // namespace groundwork::http
