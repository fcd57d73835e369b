#include "measure/target.h"

#include <algorithm>

#include "http/url.h"

namespace groundwork::measure {

using base::Code;
using base::make_error;
using http::Reach;

base::Result<CheckedTarget> check_target(const std::string& url, bool allow_public) {
  GW_TRY(const http::Url parsed, http::parse_url(url));
  if (url.find('?') != std::string::npos) {
    return make_error(Code::kInvalidArgument, "expected the base URL of a service, without a query", parsed.text());
  }
  const std::string refusal = "is a link-local or metadata address, which services are never measured at";
  if (http::is_metadata_name(parsed.host)) {
    return make_error(Code::kPermissionDenied, "'" + parsed.host + "' " + refusal, parsed.text());
  }
  GW_TRY(const std::vector<http::Located> found, http::look_up(parsed.host, parsed.port));
  CheckedTarget out;
  out.url = url.substr(0, url.find('#'));
  while (out.url.ends_with('/')) out.url.pop_back();
  for (const http::Located& one : found) {
    out.addresses.push_back(one.text);
    if (one.reach == Reach::kForbidden) {
      return make_error(Code::kPermissionDenied, "'" + parsed.host + "' (" + one.text + ") " + refusal, parsed.text());
    }
    out.reach = std::max(out.reach, one.reach);
  }
  if (out.reach == Reach::kPublic && !allow_public) {
    return make_error(Code::kFailedPrecondition,
                      "'" + parsed.host + "' (" + out.addresses.front() +
                          ") is outside loopback and private ranges: measure it only if it is yours; --yes confirms",
                      parsed.text());
  }
  return out;
}

}  // namespace groundwork::measure
