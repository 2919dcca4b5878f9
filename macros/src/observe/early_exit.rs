//! Bodies that no closure may be around: those of `#[track_caller]` functions that can fail or make a
//! future, as it would be its own caller, and those that call themselves, as it would hide an endless
//! recursion. Here, and only here, the body is parsed: `return` and `?` become breaks out of one
//! labelled block.
//!
//! A `return` that a macro hides (`bail!`) stays what it is; the runtime counts a call that
//! leaves this way as an error without a type.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::visit_mut::{VisitMut, visit_expr_mut};
use syn::{Block, Expr, Item, Stmt, parse_quote_spanned};

/// The body as one expression whose value is what the function returns.
pub(super) fn rewrite(body: &Group, door: &TokenStream) -> TokenStream {
    let Ok(statements) = Block::parse_within.parse2(body.stream()) else {
        // rustc says what is wrong with it.
        return body.to_token_stream();
    };
    let mut exits = Exits { door, found: false };
    let mut statements = statements;
    for statement in &mut statements {
        exits.visit_stmt_mut(statement);
    }
    if !exits.found {
        return body.to_token_stream();
    }
    let mut block = Group::new(Delimiter::Brace, quote!(#(#statements)*));
    block.set_span(body.span());
    quote_spanned!(Span::mixed_site()=> '__body: #block)
}

struct Exits<'a> {
    door: &'a TokenStream,
    found: bool,
}

impl VisitMut for Exits<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            // Exits in there leave something else.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) | Expr::TryBlock(_) => return,
            _ => visit_expr_mut(self, expression),
        }
        let span = Span::mixed_site();
        match expression {
            Expr::Return(exit) => {
                self.found = true;
                let value = exit.expr.take().map_or_else(|| quote!(()), |value| quote!(#value));
                *expression = parse_quote_spanned!(span=> break '__body #value);
            }
            Expr::Try(question) => {
                self.found = true;
                let operand = &question.expr;
                let door = self.door;
                // At the `?`, where rustc complains of an error that does not convert.
                let residual = quote_spanned!(span=> __residual);
                let leave = quote_spanned! {question.question_token.span=>
                    #door::Leave::leave(#residual)
                };
                *expression = parse_quote_spanned! {span=> match #door::Branch::branch(#operand) {
                    ::core::ops::ControlFlow::Continue(__value) => __value,
                    ::core::ops::ControlFlow::Break(__residual) => break '__body #leave,
                }};
            }
            _ => {}
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        syn::visit_mut::visit_stmt_mut(self, statement);
    }
}
