#include "bench/target.h"

#include "http/reach.h"

namespace groundwork::bench {

using base::Code;
using base::make_error;

base::Result<Target> find_target(const std::string& url, bool allow_outside) {
  Target target;
  GW_TRY(target.url, http::parse_url(url));
  const std::string& host = target.url.host;
  if (target.url.tls) {
    return make_error(
        Code::kUnimplemented,
        "expected an http target, found https: arrival times are the kernel's, which are of TLS records and not "
        "of tokens; put a local proxy that ends TLS in front of it");
  }
  if (http::is_metadata_name(host)) {
    return make_error(Code::kPermissionDenied, "the target is a cloud's metadata service: " + host);
  }
  GW_TRY(const std::vector<http::Located> found, http::look_up(host, target.url.port));
  for (const http::Located& one : found) {
    if (one.reach == http::Reach::kForbidden) {
      return make_error(Code::kPermissionDenied, host + " is at a link-local address, where clouds keep credentials");
    }
    target.outside = target.outside || one.reach == http::Reach::kPublic;
    target.addresses.push_back(one.address);
  }
  if (target.outside && !allow_outside) {
    return make_error(Code::kFailedPrecondition,
                      host +
                          " is outside the loopback and private ranges: load on a machine that isn't "
                          "yours needs its owner's consent; --yes says that you have it");
  }
  return target;
}

}  // namespace groundwork::bench
