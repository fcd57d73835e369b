#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace groundwork::http {

/// What every response gets before it is sent, in this order: an ETag for a GET's 200 that has none (and 304 where the
/// client has it), gzip where the client takes it and it pays (text of 1 KiB and more), and the security headers.
void finish_response(const Request& request, Response& response);

/// Whether an Accept-Encoding header takes `coding` with a weight above 0.
bool accepts_encoding(std::string_view accept_encoding, std::string_view coding);

std::string gzip(std::string_view bytes);

}  // namespace groundwork::http
