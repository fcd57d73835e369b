#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/message.h"

namespace groundwork::http {

/// Who may talk to a server that runs code. A page of another site that the learner's browser shows must be able
/// neither to read from it (DNS rebinding: the Host is then that site's name) nor to write to it (CSRF: the Origin is
/// then that site's). Programs such as curl send no Origin and are let through; they already run as somebody on this
/// machine.
struct Guard {
  /// "127.0.0.1:8080", "localhost:8080", ...: lower case, with the port unless it is 80.
  std::vector<std::string> allowed_hosts;

  /// The names under which a server on a loopback port is reached, and `extra` ("host" or "host:port") beside them.
  static Guard for_port(int port, const std::vector<std::string>& extra = {});

  /// Nothing when the request may pass, else the refusal.
  std::optional<Response> check(const Request& request) const;
};

}  // namespace groundwork::http
