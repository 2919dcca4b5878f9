//! Other attributes above and below ours.

use crate::figures::{errors, figures, ok};
use observant::observe;
use rmcp::model::{CallToolResult, ErrorData};
use rmcp::tool;

mod main_above {
    #[tokio::main(flavor = "current_thread")]
    #[observant::observe]
    pub(super) async fn main() -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        Err("main")
    }
}

mod main_below {
    #[observant::observe]
    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn main() -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        Err("main")
    }
}

#[test]
fn tokio_main() {
    main_above::main().unwrap_err();
    main_below::main().unwrap_err();
    let above = crate::figures::of(concat!(module_path!(), "::main_above"), "main");
    let below = crate::figures::of(concat!(module_path!(), "::main_below"), "main");
    assert_eq!((above.ok, above.error, above.in_flight), (0, 1, 0));
    assert_eq!((below.ok, below.error, below.in_flight), (0, 1, 0));
}

#[tokio::test]
#[observe]
async fn tokio_test_above() {
    tokio::task::yield_now().await;
    assert_eq!(figures!("tokio_test_above").in_flight, 1);
}

#[observe]
#[tokio::test]
async fn tokio_test_below() -> Result<(), String> {
    tokio::task::yield_now().await;
    assert_eq!(figures!("tokio_test_below").in_flight, 1);
    Ok(())
}

#[test]
#[observe]
fn test_above() {
    assert_eq!(figures!("test_above").in_flight, 1);
}

#[observe]
#[test]
fn test_below() -> Result<(), String> {
    assert_eq!(figures!("test_below").in_flight, 1);
    Ok(())
}

#[derive(Clone)]
struct Server;

#[rmcp::tool_router]
impl Server {
    #[tool(description = "ours below")]
    #[observe(error_if = |result| matches!(result, Ok(result) if result.is_error == Some(true)))]
    async fn tool_above(&self) -> Result<CallToolResult, ErrorData> {
        tokio::task::yield_now().await;
        Ok(CallToolResult::error(vec![]))
    }

    #[observe]
    #[tool(description = "ours above")]
    async fn tool_below(&self) -> Result<CallToolResult, ErrorData> {
        tokio::task::yield_now().await;
        Err(ErrorData::internal_error("no", None))
    }

    #[observe]
    #[tool(description = "not async")]
    fn tool_sync(&self) -> String {
        "done".to_owned()
    }
}

mod whole {
    use rmcp::tool;

    pub(super) struct Whole;

    #[observant::observe]
    #[rmcp::tool_router]
    impl Whole {
        #[tool(description = "in an observed block")]
        pub(super) async fn search(&self) -> Result<String, String> {
            tokio::task::yield_now().await;
            Err("nothing".to_owned())
        }
    }

    pub(super) fn tools() -> usize {
        Whole::tool_router().list_all().len()
    }
}

#[tokio::test]
async fn rmcp_tools() {
    Server.tool_above().await.unwrap();
    Server.tool_below().await.unwrap_err();
    assert_eq!(Server.tool_sync(), "done");
    whole::Whole.search().await.unwrap_err();
    assert_eq!(Server::tool_router().list_all().len(), 3);
    assert_eq!(whole::tools(), 1);
    assert_eq!(figures!("tool_above"), errors(0, &["refused"]));
    assert_eq!(figures!("tool_below"), errors(0, &["ErrorData"]));
    assert_eq!(figures!("tool_sync"), ok(1));
    let module = concat!(module_path!(), "::whole");
    assert_eq!(crate::figures::of(module, "Whole::search"), errors(0, &["String"]));
}

/// A function within an observed function has a callsite of its own.
#[observe]
fn outer() -> u8 {
    #[observe]
    fn inner() -> u8 {
        1
    }
    inner() + inner()
}

#[test]
fn nested_functions() {
    assert_eq!(outer(), 2);
    assert_eq!(figures!("outer"), ok(1));
    assert_eq!(figures!("inner"), ok(2));
}
