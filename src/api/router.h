#pragma once

#include "api/platform.h"
#include "model/chat.h"

namespace groundwork::api {

/// Every path of openapi.yaml and the front-end. The platform must outlive the router, and so must the generator.
/// @param generator  words answers, each sentence checked; nullptr: they are sentences of the documents
http::Router make_router(Platform& platform, model::ChatModel* generator);

}  // namespace groundwork::api
