#pragma once

#include "api/router.h"

namespace groundwork::api {

// One file a tag of openapi.yaml; make_router calls each.
void add_platform_routes(http::Router& router, Platform& platform);
void add_progress_routes(http::Router& router, Platform& platform);
void add_portfolio_routes(http::Router& router, Platform& platform);
void add_measurement_routes(http::Router& router, Platform& platform);
void add_live_eval_routes(http::Router& router, Platform& platform);
void add_content_routes(http::Router& router, Platform& platform);
void add_quiz_routes(http::Router& router, Platform& platform);
void add_lab_routes(http::Router& router, Platform& platform);
void add_fact_routes(http::Router& router, Platform& platform);
void add_search_routes(http::Router& router, Platform& platform, model::ChatModel* generator);
void add_token_routes(http::Router& router, Platform& platform);
/// The front-end: its files, and index.html for every page of it.
void add_assets(http::Router& router);

}  // namespace groundwork::api
